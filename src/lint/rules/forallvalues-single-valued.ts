import { memberValue } from '../../documents/json-node.ts';
import { findKey } from '../../operations/catalogue.ts';
import { defineRule } from '../define-rule.ts';
import { condition } from '../facts/example-text.ts';
import { policyCheck } from '../facts/pages.ts';
import type { ConditionView, HitFix, StatementView } from '../types.ts';

function isSingle(key: string): boolean {
  const facts = findKey(key);
  return facts !== undefined && !facts.type.startsWith('ArrayOf');
}

/** Without the qualifier a request that lacks the key is no longer let through: the fix only narrows. */
function narrowed(statement: StatementView, one: ConditionView): { readonly fix?: HitFix } {
  const conditions = memberValue(statement.node, 'Condition');
  if (conditions?.type !== 'object') return {};
  const member = conditions.members.find(({ key }) => key === one.operator);
  const plain = one.operator.value.slice('ForAllValues:'.length);
  if (member?.value.type !== 'object' || conditions.members.some(({ key }) => key.value === plain)) return {};
  if (one.ifExists || !member.value.members.every(({ key }) => isSingle(key.value))) return {};
  return {
    fix: {
      explanation: `${one.operator.value} becomes ${plain}: the key has one value, and requests without it are no longer let through.`,
      edits: [{ op: 'rename', member, key: plain }],
    },
  };
}

export const forallvaluesSingleValued = defineRule({
  id: 'forallvalues-single-valued',
  severity: 'security',
  audience: 'any',
  docs: policyCheck('security-warning-forallvalues-with-single-valued-key'),
  title: 'ForAllValues is for keys with several values',
  why: 'ForAllValues holds when the request does not have the key at all. With a key of one value, in a statement that allows, it lets through whoever leaves the key out.',
  messages: {
    found: 'ForAllValues also lets through requests without {key}: the key has one value, so leave ForAllValues out.',
  },
  *check({ statements }) {
    for (const statement of statements) {
      if (statement.effect !== 'Allow') continue;
      for (const one of statement.conditions) {
        if (one.qualifier !== 'ForAllValues' || !isSingle(one.key.value)) continue;
        const guarded = statement.conditions.some(
          ({ base, key, values }) =>
            base === 'Null' &&
            key.value.toLowerCase() === one.key.value.toLowerCase() &&
            values.some((node) => String((node as { value?: unknown }).value).toLowerCase() === 'false'),
        );
        if (guarded) continue;
        yield { node: one.member, message: 'found', data: { key: one.key.value }, ...narrowed(statement, one) };
      }
    }
  },
  examples: {
    bad: [
      {
        text: condition('{"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}'),
        fixed: condition('{"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}'),
      },
    ],
    good: [
      {
        text: condition('{"ForAnyValue:StringEquals": {"s3:RequestObjectTagKeys": ["team", "cost"]}}', 's3:PutObject'),
      },
    ],
  },
});
