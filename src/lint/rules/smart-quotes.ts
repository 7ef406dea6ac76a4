import { defineRule } from '../define-rule.ts';
import { allow } from '../facts/example-text.ts';
import { policyCheck } from '../facts/pages.ts';
import { remarksOf } from '../remark-rule.ts';

export const smartQuotes = defineRule({
  id: 'smart-quotes',
  severity: 'error',
  audience: 'any',
  docs: policyCheck('error-json-syntax-error'),
  title: 'Quotes are straight',
  why: 'Word processors and mail programs turn straight quotes into typographic ones, which JSON does not know: AWS refuses the policy.',
  messages: { found: 'AWS takes straight quotes only: {detail}.' },
  check: remarksOf('smart-quotes'),
  examples: {
    bad: [
      {
        text: allow('“Action”: "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"'),
        fixed: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"'),
      },
    ],
    good: [{ text: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"') }],
  },
});
