import type { ArrayNode, JsonNode, Member, ObjectNode } from '../documents/json-node.ts';
import { skipTrivia } from '../documents/json-scan.ts';
import type { PolicySource } from '../documents/policy-source.ts';
import type { TextEdit } from '../model/finding.ts';
import type { JsonValue } from '../model/policy.ts';
import type { Edit } from './types.ts';

/**
 * What an edit is in the text of its file; `undefined` where the kit cannot write it in the document's syntax (most structural
 * edits of YAML and Terraform), so that the finding comes without a fix.
 */
export function textEdits(edits: readonly Edit[], source: PolicySource): readonly TextEdit[] | undefined {
  // Where YAML or Terraform was not understood as a whole, it is not certain what a place in it is.
  const certain = source.syntax === 'json' || !source.remarks.some((remark) => remark.code === 'syntax-error');
  if (source.syntax === 'string' || !certain) return undefined;
  const result: TextEdit[] = [];
  for (const edit of edits) {
    const text = editTexts(edit, source);
    if (text === undefined) return undefined;
    result.push(...text);
  }
  return result;
}

function editTexts(edit: Edit, source: PolicySource): readonly TextEdit[] | undefined {
  if (edit.op === 'remove') return removal(edit.node, source);
  const one = textEdit(edit, source);
  return one === undefined ? undefined : [one];
}

function textEdit(edit: Exclude<Edit, { readonly op: 'remove' }>, source: PolicySource): TextEdit | undefined {
  const { text, syntax } = source;
  switch (edit.op) {
    case 'text':
      return { start: edit.start, end: edit.end, text: edit.text };
    case 'replace': {
      const { node, value } = edit;
      if (syntax !== 'json' && (typeof value === 'object' || isCollection(node))) return undefined;
      // A block scalar begins with its mark, and a plain one may go on over lines.
      if (syntax === 'yaml' && /^[|>]|\n/.test(text.slice(node.start, node.end))) return undefined;
      return { start: node.start, end: node.end, text: written(value, source, indentOf(text, node.start)) };
    }
    case 'rename':
      return { start: edit.member.key.start, end: edit.member.key.end, text: written(edit.key, source, '') };
    case 'append': {
      const indent = indentOf(text, edit.to.items.at(-1)?.start ?? edit.to.start);
      return insertion(edit.to, edit.to.items, written(edit.value, source, indent), source, false);
    }
    case 'add': {
      const indent = indentOf(text, edit.to.members[0]?.start ?? edit.to.start);
      const member = `${written(edit.key, source, '')}: ${written(edit.value, source, indent)}`;
      return insertion(edit.to, edit.to.members, member, source, edit.first === true);
    }
  }
}

function isCollection(node: JsonNode): boolean {
  return node.type === 'array' || node.type === 'object';
}

/** A value as JSON, which YAML reads, too; Terraform gives `${` a meaning of its own. */
function written(value: JsonValue, source: PolicySource, indent: string): string {
  const json = JSON.stringify(value, undefined, 2).replaceAll('\n', `\n${indent}`);
  return source.syntax === 'hcl' ? json.replaceAll('${', '$${').replaceAll('%{', '%%{') : json;
}

/** The white space that the line of an offset begins with. */
function indentOf(text: string, offset: number): string {
  const line = text.lastIndexOf('\n', offset - 1) + 1;
  let end = line;
  while (text[end] === ' ' || text[end] === '\t') end++;
  return text.slice(line, end);
}

/** Removes an item or member with the comma that parts it from its neighbour. A comment between the two stays: it is about the other. */
function removal(node: JsonNode | Member, source: PolicySource): readonly TextEdit[] | undefined {
  const { text, syntax } = source;
  const parent = node.type === 'member' ? node.value.parent : node.parent;
  if (parent === undefined) return undefined;
  const member = node.type === 'member' || parent.type === 'array' ? undefined : ownMember(parent, node);
  const entries: readonly (JsonNode | Member)[] = parent.type === 'array' ? parent.items : parent.members;
  const index = entries.indexOf(member ?? node);
  const entry = entries[index];
  if (entry === undefined) return undefined;
  const flow = text[parent.start] === (parent.type === 'array' ? '[' : '{');
  if (!flow) return syntax === 'yaml' ? blockRemoval(entry, entries.length, text) : undefined;
  if (syntax === 'hcl' && parent.type === 'object') return undefined;
  const next = entries[index + 1];
  const previous = entries[index - 1];
  if (next !== undefined) return [removalBefore(entry, next, text)];
  if (previous === undefined)
    return [{ start: parent.start + 1, end: Math.max(parent.start + 1, parent.end - 1), text: '' }];
  if (!/[/#]/.test(text.slice(previous.end, entry.start))) return [{ start: previous.end, end: entry.end, text: '' }];
  const comma = skipTrivia(text, previous.end, entry.start);
  const own = { start: entry.start, end: entry.end, text: '' };
  return text[comma] === ',' ? [{ start: comma, end: comma + 1, text: '' }, own] : [own];
}

/** Removes an entry and the comma behind it; its whole lines where it shares them with nothing. */
function removalBefore(entry: JsonNode | Member, next: JsonNode | Member, text: string): TextEdit {
  const between = text.slice(entry.end, next.start);
  const comma = /^\s*,/.exec(between)?.[0].length;
  if (comma === undefined || !/[/#]/.test(between)) return { start: entry.start, end: next.start, text: '' };
  const end = entry.end + comma;
  const lineStart = text.lastIndexOf('\n', entry.start - 1) + 1;
  const rest = /^[ \t]*\r?\n/.exec(text.slice(end, next.start))?.[0].length;
  const alone = rest !== undefined && text.slice(lineStart, entry.start).trim() === '';
  return alone ? { start: lineStart, end: end + rest, text: '' } : { start: entry.start, end, text: '' };
}

function ownMember(parent: ObjectNode, value: JsonNode): Member | undefined {
  return parent.members.find((member) => member.value === value);
}

/** Removes an entry of YAML's block style with its lines, if others stay and it shares no line with them. */
function blockRemoval(entry: JsonNode | Member, siblings: number, text: string): readonly TextEdit[] | undefined {
  if (siblings < 2) return undefined;
  const start = text.lastIndexOf('\n', entry.start - 1) + 1;
  if (!/^[ \t]*(?:- +)?$/.test(text.slice(start, entry.start))) return undefined;
  // A member that stands behind the dash of its map cannot go by its line.
  if (entry.type === 'member' && text.slice(start, entry.start).includes('-')) return undefined;
  const newline = text.indexOf('\n', Math.max(entry.start, entry.end - 1));
  return [{ start, end: newline === -1 ? text.length : newline + 1, text: '' }];
}

/** Puts an entry at the end, or before all others, in the style of its neighbours. */
function insertion(
  to: ObjectNode | ArrayNode,
  entries: readonly (JsonNode | Member)[],
  entry: string,
  source: PolicySource,
  first: boolean,
): TextEdit | undefined {
  const { text, syntax } = source;
  if (syntax !== 'json') return undefined;
  const [head] = entries;
  const last = entries.at(-1);
  if (head === undefined || last === undefined) return { start: to.start + 1, end: to.start + 1, text: entry };
  const line = text.lastIndexOf('\n', head.start - 1);
  const separator = line > to.start ? `\n${indentOf(text, head.start)}` : ' ';
  if (first) return { start: head.start, end: head.start, text: `${entry},${separator}` };
  return { start: last.end, end: last.end, text: `,${separator}${entry}` };
}

/** The text with the edits made; `undefined` if two of them overlap. Edits at one place are made in their order. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string | undefined {
  const sorted = edits
    .map((edit, index) => ({ ...edit, index }))
    .sort((a, b) => a.start - b.start || a.index - b.index);
  const parts: string[] = [];
  let at = 0;
  for (const edit of sorted) {
    if (edit.start < at || edit.end < edit.start) return undefined;
    parts.push(text.slice(at, edit.start), edit.text);
    at = edit.end;
  }
  parts.push(text.slice(at));
  return parts.join('');
}
