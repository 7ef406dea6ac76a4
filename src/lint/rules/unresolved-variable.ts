import type { StringNode } from '../../documents/json-node.ts';
import { suggest } from '../../model/suggest.ts';
import { findKey, KEY_NAMES, SERVICES } from '../../operations/catalogue.ts';
import { defineRule } from '../define-rule.ts';
import { allow } from '../facts/example-text.ts';
import { textNodes } from '../facts/operators.ts';
import { userGuide } from '../facts/pages.ts';
import { type Variable, variablesOf } from '../facts/variables.ts';
import type { Hit, StatementView } from '../types.ts';

type Message = 'malformed' | 'unknown' | 'meant' | 'multi';

function checkVariable(node: StringNode, variable: Variable): Hit<Message> | undefined {
  const { start, end, kind, body, key } = variable;
  const hit = { node, part: [start, end] as const, data: { variable: `\${${body}}` } };
  if (kind === 'malformed') return { ...hit, message: 'malformed' };
  if (kind !== 'key') return undefined;
  const facts = findKey(key);
  if (facts?.type.startsWith('ArrayOf')) return { ...hit, message: 'multi' };
  const prefix = key.slice(0, key.indexOf(':')).toLowerCase();
  if (facts !== undefined || (prefix !== 'aws' && !SERVICES.has(prefix))) return undefined;
  const meant = suggest(key, KEY_NAMES);
  return meant === undefined
    ? { ...hit, message: 'unknown' }
    : { ...hit, message: 'meant', data: { ...hit.data, meant: `\${${meant}}` } };
}

/** The texts with a variable that IAM replaces. */
function* textsOf({ resources, conditions }: StatementView): Iterable<StringNode> {
  for (const { values } of resources) for (const node of values) if (node.value.includes('${')) yield node;
  for (const one of conditions) {
    if (!/^(String|Arn)/.test(one.base)) continue;
    for (const node of textNodes(one)) if (node.value.includes('${')) yield node;
  }
}

export const unresolvedVariable = defineRule({
  id: 'unresolved-variable',
  severity: 'error',
  audience: 'any',
  docs: userGuide('reference_policies_variables.html'),
  title: 'Every policy variable has a value',
  why: 'A variable names a condition key, with its service prefix and without spaces; a default stands behind a comma and a space in single quotes. A variable that never has a value makes a resource that matches nothing.',
  messages: {
    malformed:
      '{variable} is no policy variable: write the key alone, or the key, a comma, a space and the default in single quotes.',
    unknown: '{variable} never has a value: there is no such condition key, so it matches nothing.',
    meant: '{variable} never has a value, since there is no such condition key: did you mean {meant}?',
    multi: '{variable} has no single value: a key with several values cannot be a variable.',
  },
  *check({ statements }) {
    for (const statement of statements) {
      for (const node of textsOf(statement)) {
        for (const variable of variablesOf(node.value)) {
          const hit = checkVariable(node, variable);
          if (hit !== undefined) yield hit;
        }
      }
    }
  },
  examples: {
    bad: [
      { text: allow(`"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/\${aws:user-name}/*"`) },
      {
        text: allow(
          `"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/\${aws:PrincipalTag/team,none}/*"`,
        ),
      },
    ],
    good: [
      { text: allow(`"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/\${aws:username}/*"`) },
      {
        text: allow(
          `"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/\${aws:PrincipalTag/team, 'none'}/*"`,
        ),
      },
    ],
  },
});
