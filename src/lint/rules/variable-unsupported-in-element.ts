import type { StringNode } from '../../documents/json-node.ts';
import { defineRule } from '../define-rule.ts';
import { condition } from '../facts/example-text.ts';
import { textNodes } from '../facts/operators.ts';
import { policyCheck } from '../facts/pages.ts';
import { variablesOf } from '../facts/variables.ts';
import type { StatementView } from '../types.ts';

/** Texts with a variable where IAM does not replace it, each with the name of its element. */
function* textsOf({ actions, principals, conditions }: StatementView): Iterable<readonly [StringNode, string]> {
  for (const { name, values } of actions) {
    for (const node of values) if (node.value.includes('${')) yield [node, name];
  }
  for (const { name, entries } of principals) {
    for (const { value } of entries) if (value.value.includes('${')) yield [value, name];
  }
  for (const one of conditions) {
    if (/^(String|Arn|Bool)/.test(one.base)) continue;
    for (const node of textNodes(one)) if (node.value.includes('${')) yield [node, one.operator.value];
  }
}

export const variableUnsupportedInElement = defineRule({
  id: 'variable-unsupported-in-element',
  severity: 'error',
  audience: 'any',
  docs: policyCheck('error-variable-unsupported-in-element'),
  title: 'Policy variables stand where IAM replaces them',
  why: 'IAM replaces policy variables in resources and in the values of String and Arn conditions; elsewhere they are plain text.',
  messages: { found: 'IAM does not replace {variable} in {element}.' },
  *check({ statements }) {
    for (const statement of statements) {
      for (const [node, element] of textsOf(statement)) {
        for (const { kind, start, end, body } of variablesOf(node.value)) {
          if (kind !== 'key' && kind !== 'special') continue;
          yield { node, part: [start, end], message: 'found', data: { variable: `\${${body}}`, element } };
        }
      }
    }
  },
  examples: {
    bad: [{ text: condition(`{"NumericLessThan": {"s3:signatureAge": "\${aws:PrincipalTag/age}"}}`) }],
    good: [{ text: condition(`{"StringEquals": {"s3:ExistingObjectTag/owner": "\${aws:username}"}}`, 's3:GetObject') }],
  },
});
