import { defineRule } from '../define-rule.ts';
import { allow } from '../facts/example-text.ts';
import { policyCheck } from '../facts/pages.ts';

const rest = '"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"';

export const notprincipalAllow = defineRule({
  id: 'notprincipal-allow',
  severity: 'security',
  audience: 'any',
  kinds: ['bucket'],
  docs: policyCheck('security-warning-allow-with-not-principal'),
  title: 'Nobody is let in by not being named',
  why: 'NotPrincipal with Allow lets in everyone else in the world, also those who do not sign in.',
  messages: {
    found: 'NotPrincipal with Allow lets in everyone who is not named, the anonymous included: use Principal.',
  },
  *check({ statements }) {
    for (const { effect, principals } of statements) {
      if (effect !== 'Allow') continue;
      for (const { negated, member } of principals) if (negated) yield { node: member, message: 'found' };
    }
  },
  examples: {
    bad: [{ text: allow(`"NotPrincipal": {"AWS": "arn:aws:iam::111122223333:root"}, ${rest}`), kind: 'bucket' }],
    good: [{ text: allow(`"Principal": {"AWS": "arn:aws:iam::111122223333:root"}, ${rest}`), kind: 'bucket' }],
  },
});
