import { defineRule } from '../define-rule.ts';
import { allow } from '../facts/example-text.ts';
import { userGuide } from '../facts/pages.ts';
import { remarksOf } from '../remark-rule.ts';

export const duplicateKey = defineRule({
  id: 'duplicate-key',
  severity: 'error',
  audience: 'any',
  docs: userGuide('reference_policies_grammar.html'),
  title: 'Each name stands once in an object',
  why: 'Of two members of one name, programs keep the last and forget the first without a word; AWS refuses such a policy. Put both values in one list.',
  messages: { found: '{detail}.' },
  check: remarksOf('duplicate-key'),
  examples: {
    bad: [
      {
        text: allow('"Action": "s3:PutObject", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"'),
      },
    ],
    good: [{ text: allow('"Action": ["s3:PutObject", "s3:GetObject"], "Resource": "arn:aws:s3:::acme-reports/*"') }],
  },
});
