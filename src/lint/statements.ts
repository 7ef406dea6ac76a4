import {
  isScalar,
  itemsOf,
  type JsonNode,
  type Member,
  memberOf,
  memberValue,
  type ObjectNode,
  stringsOf,
} from '../documents/json-node.ts';
import { MAX_STATEMENTS } from '../documents/limits.ts';
import type { ConditionView, ListElement, PrincipalElement, PrincipalEntry, StatementView } from './types.ts';

/** The statements of a document that are objects, whether Statement is a list or one object; the first of very many. */
export function statementsOf(document: ObjectNode | undefined): readonly StatementView[] {
  const entries = itemsOf(memberValue(document, 'Statement'));
  const views: StatementView[] = [];
  for (let index = 0; index < entries.length && index < MAX_STATEMENTS; index++) {
    const node = entries[index];
    if (node?.type === 'object') views.push(viewOf(node, index));
  }
  return views;
}

const NONE: readonly never[] = [];

function viewOf(node: ObjectNode, index: number): StatementView {
  const sid = memberValue(node, 'Sid');
  const effectNode = memberValue(node, 'Effect');
  const word = effectNode?.type === 'string' ? effectNode.value : undefined;
  return {
    node,
    index,
    sid: sid?.type === 'string' ? sid : undefined,
    effect: word === 'Allow' || word === 'Deny' ? word : undefined,
    effectNode,
    actions: pair(node, 'Action', 'NotAction', listElement),
    resources: pair(node, 'Resource', 'NotResource', listElement),
    principals: pair(node, 'Principal', 'NotPrincipal', principalElement),
    conditions: conditionsOf(memberOf(node, 'Condition')),
  };
}

/** An element and its negated form, whichever are there. */
function pair<T>(
  node: ObjectNode,
  plain: string,
  negated: string,
  read: (name: string, member: Member) => T,
): readonly T[] {
  const first = memberOf(node, plain);
  const second = memberOf(node, negated);
  if (first === undefined) return second === undefined ? NONE : [read(negated, second)];
  return second === undefined ? [read(plain, first)] : [read(plain, first), read(negated, second)];
}

function listElement(name: string, member: Member): ListElement {
  return { name, member, negated: name.startsWith('Not'), values: stringsOf(member.value) };
}

function principalElement(name: string, member: Member): PrincipalElement {
  return { name, member, negated: name.startsWith('Not'), entries: principalEntries(member.value) };
}

function principalEntries(value: JsonNode): readonly PrincipalEntry[] {
  if (value.type !== 'object')
    return stringsOf(value).map((entry) => ({ type: '*', typeNode: undefined, value: entry }));
  return value.members.flatMap((member) =>
    stringsOf(member.value).map((entry) => ({ type: member.key.value, typeNode: member.key, value: entry })),
  );
}

function conditionsOf(member: Member | undefined): readonly ConditionView[] {
  if (member?.value.type !== 'object') return NONE;
  const found: ConditionView[] = [];
  for (const operator of member.value.members) {
    if (operator.value.type !== 'object') continue;
    const { qualifier, base, ifExists } = operatorParts(operator.key.value);
    for (const entry of operator.value.members) {
      found.push({
        operator: operator.key,
        qualifier,
        base,
        ifExists,
        key: entry.key,
        values: scalars(entry.value),
        member: entry,
      });
    }
  }
  return found;
}

function scalars(node: JsonNode): readonly JsonNode[] {
  const items = itemsOf(node);
  return items.every(isScalar) ? items : items.filter(isScalar);
}

function operatorParts(operator: string): Pick<ConditionView, 'qualifier' | 'base' | 'ifExists'> {
  const colon = operator.indexOf(':');
  const qualifier = colon === -1 ? undefined : operator.slice(0, colon);
  const rest = colon === -1 ? operator : operator.slice(colon + 1);
  const ifExists = rest.endsWith('IfExists');
  return { qualifier, base: ifExists ? rest.slice(0, -'IfExists'.length) : rest, ifExists };
}
