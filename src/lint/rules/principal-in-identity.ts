import { defineRule } from '../define-rule.ts';
import { allow } from '../facts/example-text.ts';
import { policyCheck } from '../facts/pages.ts';

export const principalInIdentity = defineRule({
  id: 'principal-in-identity',
  severity: 'error',
  audience: 'any',
  kinds: ['identity'],
  docs: policyCheck('error-unsupported-principal'),
  title: 'An identity policy has no Principal',
  why: 'The policy of a user or role is about whoever it is attached to; IAM refuses one that names a principal. A document with a principal belongs on the bucket, or is a trust policy.',
  messages: {
    found:
      'The policy of a role or user has no {element}: remove it, or attach the document to the bucket, or use it as the trust policy.',
  },
  *check({ statements }) {
    for (const { principals } of statements) {
      for (const { name, member } of principals) yield { node: member, message: 'found', data: { element: name } };
    }
  },
  examples: {
    bad: [
      {
        text: allow(
          '"Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"',
        ),
        kind: 'identity',
      },
    ],
    good: [{ text: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"'), kind: 'identity' }],
  },
});
