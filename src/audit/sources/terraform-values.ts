import type { JsonNode, Member } from '../../documents/json-node.ts';
import { given, isTrue, unknownNode } from './plan-text.ts';

/** What stands in the place of a value that only applying the plan will give. */
const AFTER_APPLY = 'known only after apply';

/**
 * The values of a resource with those in it that are not known, or that are marked as sensitive and nobody's to show: both are told by trees
 * of the same shape, whose leaves are `true`.
 */
export function valuesOf(node: JsonNode, unknown: JsonNode | undefined, sensitive: JsonNode | undefined): JsonNode {
  if (isTrue(sensitive) && node.type !== 'null') return unknownNode(node, 'marked as sensitive, and not read', node);
  if (isTrue(unknown)) return unknownNode(node, AFTER_APPLY, node);
  if (node.type === 'array') {
    const items = node.items.map((item, index) => valuesOf(item, itemAt(unknown, index), itemAt(sensitive, index)));
    const more = unknown?.type === 'array' ? unknown.items.slice(items.length).filter(isTrue) : [];
    const at = { parent: node, step: items.length };
    return { ...node, items: [...items, ...more.map(() => unknownNode(node, AFTER_APPLY, at))] };
  }
  if (node.type !== 'object') return node;
  const members = node.members.map((member): Member => {
    const name = member.key.value;
    return { ...member, value: valuesOf(member.value, given(unknown, name), given(sensitive, name)) };
  });
  const names = new Set(members.map(({ key }) => key.value));
  // Values that are not known are left out of the plan.
  const left = unknown?.type === 'object' ? unknown.members.filter(({ key }) => !names.has(key.value)) : [];
  const added = left
    .filter(({ value }) => hasMark(value))
    .map(({ key }): Member => {
      const value = unknownNode(node, AFTER_APPLY, { parent: node, step: key.value });
      return { type: 'member', key, value, start: node.start, end: node.end };
    });
  return { ...node, members: [...members, ...added] };
}

function hasMark(node: JsonNode): boolean {
  if (node.type === 'array') return node.items.some(hasMark);
  return node.type === 'object' ? node.members.some(({ value }) => hasMark(value)) : isTrue(node);
}

function itemAt(node: JsonNode | undefined, index: number): JsonNode | undefined {
  return node?.type === 'array' ? node.items[index] : undefined;
}
