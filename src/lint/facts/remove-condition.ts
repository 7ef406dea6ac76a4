import { memberOf } from '../../documents/json-node.ts';
import type { ConditionView, Edit, StatementView } from '../types.ts';

/** Edits that take one key out of a statement's Condition, and what it leaves empty with it. */
export function removeCondition(statement: StatementView, one: ConditionView): readonly Edit[] {
  const condition = memberOf(statement.node, 'Condition');
  const operator =
    condition?.value.type === 'object' ? condition.value.members.find(({ key }) => key === one.operator) : undefined;
  if (condition?.value.type !== 'object' || operator?.value.type !== 'object') return [];
  if (operator.value.members.length > 1) return [{ op: 'remove', node: one.member }];
  if (condition.value.members.length > 1) return [{ op: 'remove', node: operator }];
  return [{ op: 'remove', node: condition }];
}
