import { memberValue, type ObjectNode, type StringNode } from '../../documents/json-node.ts';
import { suggest } from '../../model/suggest.ts';
import { defineRule } from '../define-rule.ts';
import { condition } from '../facts/example-text.ts';
import { OPERATORS } from '../facts/operators.ts';
import { policyCheck } from '../facts/pages.ts';
import type { Hit } from '../types.ts';

const QUALIFIERS = ['ForAllValues', 'ForAnyValue'];

/** The operator that was meant, when only the case differs; or the likeliest. */
function meantBy(name: string): { readonly name: string; readonly certain: boolean } | undefined {
  const all = [...OPERATORS.keys()].flatMap((base) => (base === 'Null' ? [base] : [base, `${base}IfExists`]));
  const names = [...all, ...QUALIFIERS.flatMap((qualifier) => all.map((base) => `${qualifier}:${base}`))];
  const same = names.find((known) => known.toLowerCase() === name.toLowerCase());
  if (same !== undefined) return { name: same, certain: true };
  const near = suggest(name, name.includes(':') ? names : all);
  return near === undefined ? undefined : { name: near, certain: false };
}

function isKnown(name: string): boolean {
  const colon = name.indexOf(':');
  if (colon >= 0 && !QUALIFIERS.includes(name.slice(0, colon))) return false;
  const rest = name.slice(colon + 1);
  return OPERATORS.has(rest) || OPERATORS.has(rest.replace(/IfExists$/, ''));
}

function checkOperator(conditions: ObjectNode, key: StringNode): Hit<'unknown' | 'meant'> | undefined {
  const member = conditions.members.find((one) => one.key === key);
  if (member === undefined || isKnown(key.value)) return undefined;
  const meant = meantBy(key.value);
  if (meant === undefined) return { node: member, message: 'unknown', data: { operator: key.value } };
  const hit: Hit<'meant'> = { node: member, message: 'meant', data: { operator: key.value, meant: meant.name } };
  if (!meant.certain || conditions.members.some((one) => one.key.value === meant.name)) return hit;
  return {
    ...hit,
    fix: {
      explanation: `${key.value} becomes ${meant.name}: that is how IAM spells the operator.`,
      meant:
        'what the statement says where its condition holds: IAM refuses the document with the operator that it has',
      edits: [{ op: 'rename', member, key: meant.name }],
    },
  };
}

export const unknownOperator = defineRule({
  id: 'unknown-operator',
  severity: 'error',
  audience: 'any',
  docs: policyCheck('error-invalid-condition-operator'),
  title: 'Every condition operator exists',
  why: 'IAM refuses a policy with an operator that it does not know. Only IfExists can stand behind an operator, and ForAllValues: or ForAnyValue: before it.',
  messages: {
    unknown: 'There is no condition operator {operator}.',
    meant: 'There is no condition operator {operator}: did you mean {meant}?',
  },
  *check({ statements }) {
    for (const { node } of statements) {
      const conditions = memberValue(node, 'Condition');
      if (conditions?.type !== 'object') continue;
      for (const { key } of conditions.members) {
        const hit = checkOperator(conditions, key);
        if (hit !== undefined) yield hit;
      }
    }
  },
  examples: {
    bad: [
      {
        text: condition('{"stringEquals": {"s3:x-amz-acl": "private"}}'),
        fixed: condition('{"StringEquals": {"s3:x-amz-acl": "private"}}'),
      },
      { text: condition('{"StringMatches": {"s3:x-amz-acl": "private"}}') },
      { text: condition('{"StringLikes": {"s3:x-amz-acl": "private"}}') },
    ],
    good: [{ text: condition('{"StringEqualsIfExists": {"s3:x-amz-acl": "private"}}') }],
  },
});
