import { defineRule } from '../define-rule.ts';
import { allow } from '../facts/example-text.ts';
import { userGuide } from '../facts/pages.ts';
import { remarksOf } from '../remark-rule.ts';

export const comment = defineRule({
  id: 'comment',
  severity: 'error',
  audience: 'any',
  docs: userGuide('reference_policies_grammar.html'),
  title: 'A policy has no comments',
  why: 'JSON knows no comments: AWS refuses a policy that has one. Say what a statement is for in its Sid, or beside the policy.',
  messages: { found: 'AWS refuses comments in a policy.' },
  check: remarksOf('comment'),
  examples: {
    bad: [
      {
        text: allow('/* read */ "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"'),
        fixed: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"'),
      },
    ],
    good: [{ text: allow('"Sid": "Read", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"') }],
  },
});
