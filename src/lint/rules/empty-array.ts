import { type JsonNode, memberOf, memberValue } from '../../documents/json-node.ts';
import { defineRule } from '../define-rule.ts';
import { allow } from '../facts/example-text.ts';
import { policyCheck } from '../facts/pages.ts';

const ELEMENTS = ['Action', 'NotAction', 'Resource', 'NotResource', 'Principal', 'NotPrincipal', 'Condition'];

function isEmpty(node: JsonNode): boolean {
  return node.type === 'array' ? node.items.length === 0 : node.type === 'object' && node.members.length === 0;
}

const REMOVED = { explanation: 'The empty Condition is removed: it demands nothing.' };

export const emptyArray = defineRule({
  id: 'empty-array',
  severity: 'suggestion',
  audience: 'any',
  docs: policyCheck('suggestion-empty-array-action'),
  title: 'Lists have items',
  why: 'A statement with an empty list of actions, resources, principals or values applies to nothing, or to everything; it is left over from something.',
  messages: {
    empty: '{element} is empty: the statement has no effect as it stands. Fill it, or remove the statement.',
  },
  *check({ statements }) {
    for (const { node, conditions } of statements) {
      for (const name of ELEMENTS) {
        const value = memberValue(node, name);
        if (value === undefined) continue;
        if (isEmpty(value)) {
          const condition = name === 'Condition' && value.type === 'object' ? memberOf(node, name) : undefined;
          yield {
            node: value,
            message: 'empty',
            data: { element: name },
            ...(condition === undefined ? {} : { fix: { ...REMOVED, edits: [{ op: 'remove', node: condition }] } }),
          };
        }
        if (value.type !== 'object' || !name.endsWith('rincipal')) continue;
        for (const { key, value: list } of value.members) {
          if (isEmpty(list)) yield { node: list, message: 'empty', data: { element: `${name} ${key.value}` } };
        }
      }
      for (const { member, key } of conditions) {
        if (member.value.type === 'array' && member.value.items.length === 0) {
          yield { node: member.value, message: 'empty', data: { element: `The condition on ${key.value}` } };
        }
      }
    }
  },
  examples: {
    bad: [{ text: allow('"Action": [], "Resource": "arn:aws:s3:::acme-reports/*"') }],
    good: [{ text: allow('"Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::acme-reports/*"') }],
  },
});
