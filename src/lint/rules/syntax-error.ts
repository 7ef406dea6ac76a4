import { defineRule } from '../define-rule.ts';
import { policyCheck } from '../facts/pages.ts';
import { remarksOf } from '../remark-rule.ts';

export const syntaxError = defineRule({
  id: 'syntax-error',
  severity: 'error',
  audience: 'any',
  docs: policyCheck('error-json-syntax-error'),
  title: 'The document is valid JSON',
  why: 'AWS reads JSON by the letter (RFC 8259) and refuses the whole policy when one comma or quote is missing. Lint reads on behind the place, so that the other findings are not lost.',
  messages: { found: 'The policy cannot be read as it is: {detail}.' },
  check: remarksOf('syntax-error'),
  examples: {
    bad: [
      {
        text: '{"Version": "2012-10-17" "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"}]}',
        fixed:
          '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"}]}',
      },
    ],
    good: [
      {
        text: '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"}]}',
      },
    ],
  },
});
