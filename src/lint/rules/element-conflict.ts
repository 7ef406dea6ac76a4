import { defineRule } from '../define-rule.ts';
import { allow } from '../facts/example-text.ts';
import { policyCheck } from '../facts/pages.ts';

export const elementConflict = defineRule({
  id: 'element-conflict',
  severity: 'error',
  audience: 'any',
  docs: policyCheck('error-unsupported-element-combination'),
  title: 'An element and its opposite exclude each other',
  why: 'A statement has either Action or NotAction, either Resource or NotResource, either Principal or NotPrincipal. IAM refuses a policy that has both.',
  messages: { both: 'A statement cannot have both {first} and {second}: use one of them.' },
  *check({ statements }) {
    for (const { actions, resources, principals } of statements) {
      for (const [first, second] of [actions, resources, principals]) {
        if (first === undefined || second === undefined) continue;
        yield { node: second.member, message: 'both', data: { first: first.name, second: second.name } };
      }
    }
  },
  examples: {
    bad: [
      {
        text: allow('"Action": "s3:GetObject", "NotAction": "s3:PutObject", "Resource": "arn:aws:s3:::acme-reports/*"'),
      },
    ],
    good: [{ text: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"') }],
  },
});
