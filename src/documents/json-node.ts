import type { JsonValue } from '../model/policy.ts';

/** A stretch of a file's text, in UTF-16 units; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

interface NodeBase extends Span {
  /** The object or list that holds the node; none for the document itself. */
  readonly parent: ObjectNode | ArrayNode | undefined;
  /** Name or index within the parent. */
  readonly step: string | number;
}

export interface StringNode extends NodeBase {
  readonly type: 'string';
  readonly value: string;
  /** The file gives an expression (`!Ref`, `var.bucket`); the value is its text, and what it stands for is not known. */
  readonly opaque?: true;
}

export interface NumberNode extends NodeBase {
  readonly type: 'number';
  readonly value: number;
}

export interface BooleanNode extends NodeBase {
  readonly type: 'boolean';
  readonly value: boolean;
}

export interface NullNode extends NodeBase {
  readonly type: 'null';
  readonly value: null;
}

export interface ArrayNode extends NodeBase {
  readonly type: 'array';
  readonly items: readonly JsonNode[];
}

/** Members in the order of the text, duplicates included. */
export interface ObjectNode extends NodeBase {
  readonly type: 'object';
  readonly members: readonly Member[];
}

/** A name and its value; spans from the name to the end of the value. */
export interface Member extends Span {
  readonly type: 'member';
  /** The name. Its parent and step are the value's. */
  readonly key: StringNode;
  readonly value: JsonNode;
}

/** A value of a document with its place in the file. JSON, YAML and HCL give the same nodes. */
export type JsonNode = ObjectNode | ArrayNode | StringNode | NumberNode | BooleanNode | NullNode;

/** The JSON pointer of a node within `root`, by default the outermost value of the file; empty for the root itself. RFC 6901. */
export function pointerOf(node: JsonNode | Member, root?: JsonNode): string {
  const steps: string[] = [];
  let at: JsonNode | undefined = node.type === 'member' ? node.value : node;
  while (at?.parent !== undefined && at !== root) {
    steps.push(String(at.step).replaceAll('~', '~0').replaceAll('/', '~1'));
    at = at.parent;
  }
  return steps
    .reverse()
    .map((step) => `/${step}`)
    .join('');
}

/** The member of that name that counts: the last one, as JSON parsers have it. `undefined` for anything but an object. */
export function memberOf(node: JsonNode | undefined, name: string): Member | undefined {
  if (node?.type !== 'object') return undefined;
  const { members } = node;
  for (let index = members.length - 1; index >= 0; index--) {
    const member = members[index];
    if (member?.key.value === name) return member;
  }
  return undefined;
}

/** The value of the member that `memberOf` finds. */
export function memberValue(node: JsonNode | undefined, name: string): JsonNode | undefined {
  return memberOf(node, name)?.value;
}

/** The items of a list; a single value is a list of one, and nothing is an empty one. */
export function itemsOf(node: JsonNode | undefined): readonly JsonNode[] {
  if (node === undefined) return [];
  return node.type === 'array' ? node.items : [node];
}

/** The strings in a list or single value; other values, and expressions whose value is not known, are left out. */
export function stringsOf(node: JsonNode | undefined): readonly StringNode[] {
  if (node?.type === 'string') return node.opaque === true ? [] : [node];
  return knownTexts(itemsOf(node));
}

/** The strings among nodes, but for expressions whose value is not known; the same list, where it has nothing else. */
export function knownTexts(nodes: readonly JsonNode[]): readonly StringNode[] {
  return (nodes.every(isKnownText) ? nodes : nodes.filter(isKnownText)) as readonly StringNode[];
}

function isKnownText(node: JsonNode): boolean {
  return node.type === 'string' && node.opaque !== true;
}

/** Whether a node is a string, a number or a boolean. */
export function isScalar({ type }: JsonNode): boolean {
  return type === 'string' || type === 'number' || type === 'boolean';
}

/** The plain value of a node, objects without prototype. Of duplicate members the last counts. */
export function toValue(node: JsonNode): JsonValue {
  switch (node.type) {
    case 'array':
      return node.items.map(toValue);
    case 'object': {
      const object: Record<string, JsonValue> = Object.create(null);
      for (const member of node.members) object[member.key.value] = toValue(member.value);
      return object;
    }
    default:
      return node.value;
  }
}
