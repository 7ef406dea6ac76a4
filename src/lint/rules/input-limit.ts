import { defineRule } from '../define-rule.ts';
import { allow } from '../facts/example-text.ts';
import { userGuide } from '../facts/pages.ts';
import { remarksOf } from '../remark-rule.ts';

const NESTED = `${'{"Condition": '.repeat(70)}1${'}'.repeat(70)}`;

export const inputLimit = defineRule({
  id: 'input-limit',
  severity: 'error',
  audience: 'any',
  docs: userGuide('reference_iam-quotas.html'),
  title: 'The file is of a size and depth that is read',
  why: 'Lint reads files of up to 1 MiB whose objects and lists are nested up to 64 deep. No policy that AWS takes comes near either.',
  messages: { found: 'This is more than lint reads: {detail}.' },
  check: remarksOf('input-limit'),
  examples: {
    bad: [{ text: NESTED }],
    good: [{ text: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"') }],
  },
});
