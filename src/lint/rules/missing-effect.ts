import { memberOf } from '../../documents/json-node.ts';
import { defineRule } from '../define-rule.ts';
import { allow, policy } from '../facts/example-text.ts';
import { policyCheck } from '../facts/pages.ts';

export const missingEffect = defineRule({
  id: 'missing-effect',
  severity: 'error',
  audience: 'any',
  docs: policyCheck('error-missing-effect'),
  title: 'A statement has an Effect',
  why: 'A statement must say whether it allows or denies: IAM has no default and refuses the policy.',
  messages: { none: 'The statement has no Effect: "Allow" or "Deny".' },
  *check({ statements }) {
    for (const { node } of statements) {
      if (memberOf(node, 'Effect') !== undefined) continue;
      if (node.members.some(({ key }) => key.value.toLowerCase() === 'effect')) continue;
      yield { node, message: 'none' };
    }
  },
  examples: {
    bad: [{ text: policy('{"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"}') }],
    good: [{ text: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"') }],
  },
});
