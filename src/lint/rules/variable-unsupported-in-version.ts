import { memberOf } from '../../documents/json-node.ts';
import { defineRule } from '../define-rule.ts';
import { allow } from '../facts/example-text.ts';
import { policyCheck } from '../facts/pages.ts';
import { textsWithVariables } from '../facts/statement-texts.ts';
import { variablesOf } from '../facts/variables.ts';
import type { HitFix } from '../types.ts';

const GOOD = allow(`"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/\${aws:username}/*"`);

export const variableUnsupportedInVersion = defineRule({
  id: 'variable-unsupported-in-version',
  severity: 'error',
  audience: 'any',
  docs: policyCheck('error-variable-unsupported-in-version'),
  title: 'Policy variables need the Version of 2012',
  why: 'In the policy language of 2008, which also counts when Version is missing, a policy variable is plain text: dollar sign, braces and all.',
  messages: { old: '{variable} is plain text in the language of 2008: policy variables need "Version": "2012-10-17".' },
  *check(context) {
    const { document, version } = context;
    const member = memberOf(document, 'Version');
    if (document === undefined || (member !== undefined && version !== '2008-10-17')) return;
    const fix: HitFix = {
      explanation: 'Version becomes "2012-10-17", in which policy variables are replaced by their values.',
      meant: 'the value of a policy variable in place of its text',
      edits: [
        member === undefined
          ? { op: 'add', to: document, key: 'Version', value: '2012-10-17', first: true }
          : { op: 'replace', node: member.value, value: '2012-10-17' },
      ],
    };
    let first = true;
    for (const node of textsWithVariables(context)) {
      for (const { kind, start, end, body } of variablesOf(node.value)) {
        if (kind !== 'key' && kind !== 'special') continue;
        yield {
          node,
          part: [start, end],
          message: 'old',
          data: { variable: `\${${body}}` },
          ...(first ? { fix } : {}),
        };
        first = false;
      }
    }
  },
  examples: {
    bad: [{ text: GOOD.replace('2012-10-17', '2008-10-17'), fixed: GOOD }],
    good: [{ text: GOOD }],
  },
});
