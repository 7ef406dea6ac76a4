import { defineRule } from '../define-rule.ts';
import { allow } from '../facts/example-text.ts';
import { userGuide } from '../facts/pages.ts';
import { remarksOf } from '../remark-rule.ts';

const TEXT = allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"');

export const surroundingText = defineRule({
  id: 'surrounding-text',
  severity: 'suggestion',
  audience: 'any',
  docs: userGuide('reference_policies_grammar.html'),
  title: 'Only the document is the policy',
  why: 'Lint finds policies in Markdown, e-mails and templates. AWS wants the document alone: copy what stands between the outermost braces, and no more.',
  messages: { found: 'Only the document is the policy: {detail}.' },
  check: remarksOf('surrounding-text'),
  examples: {
    bad: [{ text: `Hello,\n\nplease attach this policy:\n\n${TEXT}\n\nThank you.\n` }],
    good: [{ text: TEXT }],
  },
});
