import { defineRule } from '../define-rule.ts';
import { allow } from '../facts/example-text.ts';
import { policyCheck } from '../facts/pages.ts';
import { textsWithVariables } from '../facts/statement-texts.ts';
import { variablesOf } from '../facts/variables.ts';

export const missingBrace = defineRule({
  id: 'missing-brace',
  severity: 'error',
  audience: 'any',
  docs: policyCheck('error-missing-brace-in-variable'),
  title: 'A policy variable ends in a brace',
  why: 'A dollar sign and an opening brace begin a policy variable; without the closing brace IAM refuses the text or takes it literally.',
  messages: { open: '{text} begins a policy variable and has no closing brace.' },
  *check(context) {
    for (const node of textsWithVariables(context)) {
      for (const { kind, start, end, body } of variablesOf(node.value)) {
        if (kind === 'open') yield { node, part: [start, end], message: 'open', data: { text: `\${${body}` } };
      }
    }
  },
  examples: {
    bad: [{ text: allow(`"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/\${aws:username/*"`) }],
    good: [{ text: allow(`"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/\${aws:username}/*"`) }],
  },
});
