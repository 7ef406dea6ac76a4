import { type JsonNode, type Member, memberOf, type ObjectNode } from '../../documents/json-node.ts';

/** Values of an element that is a text or a list of texts that are neither. */
export function wrongValues(node: JsonNode): readonly JsonNode[] {
  const items = node.type === 'array' ? node.items : [node];
  return items.filter((item) => item.type !== 'string');
}

/** The members of those names, and whether one is there in another case, which is a finding of its own. */
export function elements(
  statement: ObjectNode,
  names: readonly string[],
): { readonly found: readonly Member[]; readonly misspelled: boolean } {
  const found = names.flatMap((name) => memberOf(statement, name) ?? []);
  const lower = names.map((name) => name.toLowerCase());
  const misspelled = statement.members.some(({ key }) => lower.includes(key.value.toLowerCase()));
  return { found, misspelled };
}

/** Whether the document is a statement without the policy around it. */
export function isBareStatement(document: ObjectNode): boolean {
  const names = new Set(document.members.map(({ key }) => key.value));
  return !names.has('Statement') && names.has('Effect') && (names.has('Action') || names.has('NotAction'));
}
