import { defineRule } from '../define-rule.ts';
import { allow } from '../facts/example-text.ts';
import { policyCheck } from '../facts/pages.ts';
import { remarksOf } from '../remark-rule.ts';

export const trailingComma = defineRule({
  id: 'trailing-comma',
  severity: 'error',
  audience: 'any',
  docs: policyCheck('error-json-syntax-error'),
  title: 'No comma behind the last item',
  why: 'Many languages allow a comma behind the last item of a list; JSON does not, and AWS refuses the policy.',
  messages: { found: 'AWS refuses a comma behind the last item.' },
  check: remarksOf('trailing-comma'),
  examples: {
    bad: [
      {
        text: allow('"Action": ["s3:GetObject",], "Resource": "arn:aws:s3:::acme-reports/*"'),
        fixed: allow('"Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::acme-reports/*"'),
      },
    ],
    good: [{ text: allow('"Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::acme-reports/*"') }],
  },
});
