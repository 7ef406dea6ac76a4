import { type ActionFacts, findKey, isKey, SERVICES } from '../../operations/catalogue.ts';
import { defineRule } from '../define-rule.ts';
import { actionsMatching, splitAction } from '../facts/actions.ts';
import { allow, condition } from '../facts/example-text.ts';
import { isNegated, needsKey } from '../facts/operators.ts';
import { policyCheck } from '../facts/pages.ts';
import type { RuleContext, StatementView } from '../types.ts';

function hasKey(facts: ActionFacts, key: string): boolean {
  return facts.keys.some((name) => isKey(name, key));
}

/** The actions of the list, each with what it matches; `undefined` when one is not known here. */
function listed(context: RuleContext, { actions }: StatementView) {
  const [element, ...others] = actions;
  if (element === undefined || element.negated || others.length > 0 || element.values.length === 0) return undefined;
  const all = element.values.map(({ value }) => ({ action: value, matching: actionsMatching(context, value) }));
  const known = all.every(
    ({ action, matching }) => action !== '*' && matching.length > 0 && splitAction(action) !== undefined,
  );
  return known ? all : undefined;
}

export const irrelevantConditionKey = defineRule({
  id: 'irrelevant-condition-key',
  severity: 'warning',
  audience: 'any',
  docs: policyCheck('suggestion-irrelevant-condition-key-in-policy'),
  title: 'The actions have the condition keys',
  why: 'A request has the condition keys of its action only: s3:prefix comes with ListBucket, not with GetObject. Where a key is missing most conditions are false, and the statement does not apply.',
  messages: {
    never: 'No action of the statement has the key {key}: the statement never applies.',
    always: 'No action of the statement has the key {key}: the condition says nothing.',
    some: 'Requests for {action} never have the key {key}: the statement never applies to them. Put them in a statement of their own.',
  },
  *check(context) {
    for (const statement of context.statements) {
      if (statement.conditions.length === 0) continue;
      const actions = listed(context, statement);
      if (actions === undefined) continue;
      for (const one of statement.conditions) {
        const key = one.key.value.toLowerCase();
        const facts = findKey(key);
        const prefix = key.slice(0, key.indexOf(':'));
        // short-session says what becomes of it.
        if (key === 'sts:durationseconds' && context.options.audience === 'channelmix') continue;
        if (facts === undefined || facts.global || !SERVICES.has(prefix) || one.base === 'Null') continue;
        const without = actions.filter(({ matching }) => !matching.some((action) => hasKey(action, key)));
        if (without.length === actions.length) {
          const message = needsKey(one) && !isNegated(one) ? ('never' as const) : ('always' as const);
          yield { node: one.member, message, data: { key: one.key.value } };
        } else if (without.length > 0 && statement.effect === 'Allow' && needsKey(one)) {
          const names = without.map(({ action }) => action).slice(0, 4);
          yield { node: one.member, message: 'some', data: { key: one.key.value, action: names.join(', ') } };
        }
      }
    }
  },
  examples: {
    bad: [
      { text: condition('{"StringLike": {"s3:prefix": "reports/*"}}', 's3:GetObject') },
      {
        text: allow(
          '"Action": ["s3:GetObject", "s3:ListBucket"], "Resource": ["arn:aws:s3:::acme-reports", "arn:aws:s3:::acme-reports/*"], "Condition": {"StringLike": {"s3:prefix": "reports/*"}}',
        ),
      },
    ],
    good: [
      { text: condition('{"StringLike": {"s3:prefix": "reports/*"}}', 's3:ListBucket', 'arn:aws:s3:::acme-reports') },
      { text: condition('{"StringEquals": {"aws:PrincipalTag/team": "reports"}}') },
    ],
  },
});
