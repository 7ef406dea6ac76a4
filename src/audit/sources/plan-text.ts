import { type JsonNode, memberOf, memberValue, type Span, type StringNode } from '../../documents/json-node.ts';
import { lineIndex } from '../../documents/line-index.ts';
import type { Region } from '../../model/place.ts';
import { printable } from '../../model/printable.ts';
import type { SourceFile } from './types.ts';

/** A plan, state or template that was parsed: what its tool says, with the place of everything. */
export interface PlanText extends SourceFile {
  readonly root: JsonNode;
  /** Lines and columns of a stretch of the text. */
  readonly region: (span: Span) => Region;
}

/** The text with its nodes. */
export function planText({ path, text }: SourceFile, root: JsonNode): PlanText {
  const locate = lineIndex(text);
  const region = ({ start, end }: Span): Region => {
    const [from, to] = [locate(start), locate(end)];
    return { line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
  };
  return { path, text, root, region };
}

/** A string whose value the plan does not say; `why` is what stands in its place, in words. */
export function unknownNode(span: Span, why: string, at: Pick<JsonNode, 'parent' | 'step'>): StringNode {
  const { start, end } = span;
  return { type: 'string', value: why, opaque: true, start, end, parent: at.parent, step: at.step };
}

/** Whether the plan does not say the value. */
export function isUnknown(node: JsonNode | undefined): node is StringNode & { readonly opaque: true } {
  return node?.type === 'string' && node.opaque === true;
}

/** The value of a member; nothing for what is `null`, which in a plan is what was not given. */
export function given(node: JsonNode | undefined, ...names: readonly string[]): JsonNode | undefined {
  for (const name of names) {
    const value = memberValue(node, name);
    if (value !== undefined && value.type !== 'null') return value;
  }
  return undefined;
}

/** A member along a path of names. */
export function at(node: JsonNode | undefined, ...path: readonly string[]): JsonNode | undefined {
  return path.reduce<JsonNode | undefined>((inner, name) => given(inner, name), node);
}

/** The text of a node whose value is known: numbers and flags as text, too, as the tools take them. */
export function textOf(node: JsonNode | undefined): string | undefined {
  if (node === undefined || isUnknown(node)) return undefined;
  if (node.type === 'string') return node.value;
  return node.type === 'number' || node.type === 'boolean' ? String(node.value) : undefined;
}

/** Whether a member is there and true: tools write flags as text, too. */
export function isTrue(node: JsonNode | undefined): boolean {
  return textOf(node) === 'true';
}

/** A number, written as one or as text. */
export function numberOf(node: JsonNode | undefined): number | undefined {
  const text = textOf(node);
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** The items of a list; one that a tool writes without a list around it is a list of one. */
export function listIn(node: JsonNode | undefined, ...names: readonly string[]): readonly JsonNode[] {
  const value = given(node, ...names);
  if (value === undefined) return [];
  return value.type === 'array' ? value.items : [value];
}

/** The first unknown string in a value, in the order of the text. */
export function firstUnknown(
  node: JsonNode | undefined,
  skip: (name: string) => boolean = () => false,
): StringNode | undefined {
  if (node === undefined) return undefined;
  if (isUnknown(node)) return node;
  if (node.type === 'array') {
    for (const item of node.items) {
      const found = firstUnknown(item, skip);
      if (found !== undefined) return found;
    }
  } else if (node.type === 'object') {
    for (const member of node.members) {
      const found = skip(member.key.value) ? undefined : firstUnknown(member.value, skip);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** Names of an object's members, for messages: the first few. */
export function memberNames(node: JsonNode): string {
  if (node.type !== 'object') return 'none';
  const names = node.members.slice(0, 5).map(({ key }) => `"${printable(key.value.slice(0, 40))}"`);
  return names.length === 0 ? 'none' : `${names.join(', ')}${node.members.length > 5 ? ', …' : ''}`;
}

/** Whether an object has a member, whatever its value. */
export function has(node: JsonNode | undefined, name: string): boolean {
  return memberOf(node, name) !== undefined;
}

/** The known texts of a list or a single text. */
export function itemTexts(node: JsonNode | undefined): readonly string[] {
  return (node?.type === 'array' ? node.items : [node]).flatMap((item) => textOf(item) ?? []);
}
