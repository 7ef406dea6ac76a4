import { defineRule } from '../define-rule.ts';
import { allow } from '../facts/example-text.ts';
import { userGuide } from '../facts/pages.ts';
import { remarksOf } from '../remark-rule.ts';

export const notUnderstood = defineRule({
  id: 'not-understood',
  severity: 'warning',
  audience: 'any',
  docs: userGuide('access_policies.html#access_policies-json'),
  title: 'What lint cannot read is told',
  why: 'A template may hold expressions whose value stands elsewhere, and a text may hold no policy at all. Lint says what it left out, rather than calling the document good.',
  messages: { found: 'This is left out: {detail}.' },
  check: remarksOf('not-understood'),
  examples: {
    bad: [
      {
        text: `Version: "2012-10-17"\nStatement:\n  - Effect: Allow\n    Action: s3:GetObject\n    Resource: !Sub "arn:aws:s3:::\${Bucket}/*"\n`,
      },
    ],
    good: [{ text: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"') }],
  },
});
