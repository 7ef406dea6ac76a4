import { defineRule } from '../define-rule.ts';
import { allow } from '../facts/example-text.ts';
import { policyCheck } from '../facts/pages.ts';
import { textsWithVariables } from '../facts/statement-texts.ts';
import { variablesOf } from '../facts/variables.ts';

export const emptyVariable = defineRule({
  id: 'empty-variable',
  severity: 'error',
  audience: 'any',
  docs: policyCheck('error-empty-variable'),
  title: 'A policy variable names a key',
  why: 'Empty braces after a dollar sign name no condition key. They are left over where a tool had nothing to fill in.',
  messages: { empty: 'The braces are empty: name the key, such as aws:username, or write the name itself.' },
  *check(context) {
    for (const node of textsWithVariables(context)) {
      for (const { kind, start, end } of variablesOf(node.value)) {
        if (kind === 'empty') yield { node, part: [start, end], message: 'empty' };
      }
    }
  },
  examples: {
    bad: [{ text: allow(`"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/\${}/*"`) }],
    good: [{ text: allow(`"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/\${aws:username}/*"`) }],
  },
});
