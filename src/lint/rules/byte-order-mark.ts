import { defineRule } from '../define-rule.ts';
import { allow } from '../facts/example-text.ts';
import { userGuide } from '../facts/pages.ts';
import { remarksOf } from '../remark-rule.ts';

const TEXT = allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"');

export const byteOrderMark = defineRule({
  id: 'byte-order-mark',
  severity: 'warning',
  audience: 'any',
  docs: userGuide('reference_iam-quotas.html#reference_iam-quotas-names'),
  title: 'The file begins with the policy',
  why: 'Windows editors put an invisible byte order mark (U+FEFF) before the text. It is not among the characters that AWS takes in a policy, and programs that send the file as it is are refused.',
  messages: { found: 'An invisible character, the byte order mark, stands before the policy.' },
  check: remarksOf('byte-order-mark'),
  examples: { bad: [{ text: `\uFEFF${TEXT}`, fixed: TEXT }], good: [{ text: TEXT }] },
});
