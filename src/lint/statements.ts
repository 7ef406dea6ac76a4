import {
  itemsOf,
  type JsonNode,
  type Member,
  memberOf,
  memberValue,
  type ObjectNode,
  type StringNode,
  stringsOf,
} from '../documents/json-node.ts';
import type { ConditionView, ListElement, PrincipalElement, PrincipalEntry, StatementView } from './types.ts';

/** The statements of a document that are objects, whether Statement is a list or one object. */
export function statementsOf(document: ObjectNode | undefined): readonly StatementView[] {
  return itemsOf(memberValue(document, 'Statement')).flatMap((node, index) =>
    node.type === 'object' ? [viewOf(node, index)] : [],
  );
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
  return member.value.members.flatMap((operator) => {
    if (operator.value.type !== 'object') return [];
    const parts = operatorParts(operator.key);
    return operator.value.members.map(
      (entry): ConditionView => ({
        ...parts,
        key: entry.key,
        values: itemsOf(entry.value).filter(
          (item) => item.type !== 'array' && item.type !== 'object' && item.type !== 'null',
        ),
        member: entry,
      }),
    );
  });
}

function operatorParts(operator: StringNode): Pick<ConditionView, 'operator' | 'qualifier' | 'base' | 'ifExists'> {
  const colon = operator.value.indexOf(':');
  const qualifier = colon === -1 ? undefined : operator.value.slice(0, colon);
  const rest = colon === -1 ? operator.value : operator.value.slice(colon + 1);
  const ifExists = rest.endsWith('IfExists');
  return { operator, qualifier, base: ifExists ? rest.slice(0, -'IfExists'.length) : rest, ifExists };
}
