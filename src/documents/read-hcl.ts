import type { ArrayNode, JsonNode, Member, ObjectNode, Span, StringNode } from './json-node.ts';
import { MAX_DEPTH } from './limits.ts';
import { notUnderstood } from './opaque.ts';
import type { Remark } from './policy-source.ts';
import type { ReadResult } from './read-json.ts';

/** Thrown within this file where the text cannot be read on; told as a remark. */
class HclStop extends Error {
  readonly at: number;
  readonly code: 'syntax-error' | 'input-limit';

  constructor(message: string, at: number, code: 'syntax-error' | 'input-limit' = 'syntax-error') {
    super(message);
    this.at = at;
    this.code = code;
  }
}

type Where = Pick<JsonNode, 'parent' | 'step'>;

interface Cursor {
  readonly text: string;
  at: number;
  depth: number;
  readonly remarks: Remark[];
}

/**
 * Reads one expression of Terraform's language as data: objects, lists, texts, numbers, booleans. Whatever needs Terraform to know its
 * value becomes an opaque string. https://developer.hashicorp.com/terraform/language/expressions/types
 *
 * @param start where the expression begins in the text
 */
export function readHclExpression(text: string, start: number): ReadResult & { readonly end: number } {
  const cursor: Cursor = { text, at: start, depth: 0, remarks: [] };
  try {
    const root = readValue(cursor, { parent: undefined, step: '' });
    return { root, remarks: cursor.remarks, end: cursor.at };
  } catch (error) {
    if (!(error instanceof HclStop)) throw error;
    const { at, code, message } = error;
    const remark: Remark = { code, start: at, end: Math.min(text.length, at + 1), detail: message };
    return { root: undefined, remarks: [...cursor.remarks, remark], end: Math.max(cursor.at, at) };
  }
}

function readValue(cursor: Cursor, where: Where): JsonNode {
  skipSpace(cursor);
  const start = cursor.at;
  const told = cursor.remarks.length;
  const node = readPrimary(cursor, where);
  if (node !== undefined && endsValue(cursor)) return node;
  cursor.at = start;
  cursor.remarks.length = told;
  return readExpression(cursor, where);
}

function readPrimary(cursor: Cursor, where: Where): JsonNode | undefined {
  const { text, at } = cursor;
  const character = text[at];
  const comprehension = /^[[{]\s*for\s/.test(text.slice(at, at + 40));
  if (character === '{' && !comprehension) return nested(cursor, () => readObject(cursor, where));
  if (character === '[' && !comprehension) return nested(cursor, () => readList(cursor, where));
  if (character === '"') return readString(cursor, where);
  const word = /^(?:-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.-])/.exec(text.slice(at, at + 64))?.[0];
  if (word === undefined) return undefined;
  cursor.at += word.length;
  const place = { start: at, end: cursor.at, ...where };
  if (word === 'null') return { type: 'null', value: null, ...place };
  if (word === 'true' || word === 'false') return { type: 'boolean', value: word === 'true', ...place };
  return { type: 'number', value: Number(word), ...place };
}

function nested<T>(cursor: Cursor, read: () => T): T {
  cursor.depth++;
  if (cursor.depth > MAX_DEPTH)
    throw new HclStop(`the expression nests deeper than ${MAX_DEPTH} levels; it is not read`, cursor.at, 'input-limit');
  const value = read();
  cursor.depth--;
  return value;
}

/** Whether nothing that belongs to the value follows on its line: an operator, an index, a call. */
function endsValue(cursor: Cursor): boolean {
  let { at } = cursor;
  while (cursor.text[at] === ' ' || cursor.text[at] === '\t' || cursor.text[at] === '\r') at++;
  const next = cursor.text[at];
  return (
    next === undefined ||
    ',\n}])#:'.includes(next) ||
    cursor.text.startsWith('//', at) ||
    cursor.text.startsWith('/*', at)
  );
}

/** Takes an expression as it stands: up to the comma, the line's end or the bracket that ends it. */
function readExpression(cursor: Cursor, where: Where): StringNode {
  const start = cursor.at;
  let depth = 0;
  while (cursor.at < cursor.text.length) {
    const character = cursor.text[cursor.at] ?? '';
    if (character === '"') {
      skipString(cursor);
      continue;
    }
    if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) {
      if (depth === 0) break;
      depth--;
    } else if (depth === 0 && (character === ',' || character === '\n')) break;
    cursor.at++;
  }
  if (cursor.at === start) throw new HclStop('a value is expected here', start);
  const value = cursor.text.slice(start, cursor.at).trimEnd();
  const node: StringNode = { type: 'string', value, opaque: true, start, end: start + value.length, ...where };
  cursor.remarks.push(notUnderstood(node));
  return node;
}

function readObject(cursor: Cursor, where: Where): ObjectNode {
  const members: Member[] = [];
  const object = { type: 'object' as const, members, start: cursor.at, end: cursor.at, ...where };
  cursor.at++;
  for (;;) {
    skipSpace(cursor, ',');
    const character = cursor.text[cursor.at];
    if (character === undefined) throw new HclStop('the closing brace } is missing', cursor.at);
    if (character === '}') break;
    const key = readKey(cursor, object);
    skipSpace(cursor);
    if (!'=:'.includes(cursor.text[cursor.at] ?? '~')) throw new HclStop('= is expected after the name', cursor.at);
    cursor.at++;
    const value = readValue(cursor, { parent: object, step: key.value });
    members.push({ type: 'member', key, value, start: key.start, end: value.end });
  }
  cursor.at++;
  object.end = cursor.at;
  reportDuplicates(object, cursor.remarks);
  return object;
}

function readKey(cursor: Cursor, object: ObjectNode): StringNode {
  const start = cursor.at;
  if (cursor.text[start] === '"') {
    const node = readString(cursor, { parent: object, step: '' });
    return { ...node, step: node.value };
  }
  const name = /^[A-Za-z_][\w-]*/.exec(cursor.text.slice(start, start + 256))?.[0];
  if (name === undefined) throw new HclStop('a name is expected here', start);
  cursor.at += name.length;
  return { type: 'string', value: name, start, end: cursor.at, parent: object, step: name };
}

function reportDuplicates(object: ObjectNode, remarks: Remark[]): void {
  const seen = new Set<string>();
  for (const { key, value } of object.members) {
    if (seen.has(key.value)) {
      const detail = `"${key.value}" in one object`;
      remarks.push({ code: 'duplicate-key', start: key.start, end: key.end, node: value, detail });
    }
    seen.add(key.value);
  }
}

function readList(cursor: Cursor, where: Where): ArrayNode {
  const items: JsonNode[] = [];
  const array = { type: 'array' as const, items, start: cursor.at, end: cursor.at, ...where };
  cursor.at++;
  for (;;) {
    skipSpace(cursor, ',');
    const character = cursor.text[cursor.at];
    if (character === undefined) throw new HclStop('the closing bracket ] is missing', cursor.at);
    if (character === ']') break;
    items.push(readValue(cursor, { parent: array, step: items.length }));
  }
  cursor.at++;
  array.end = cursor.at;
  return array;
}

/** A text in quotes; one with `${…}` or `%{…}` is an expression, `$${` is a literal `${`. */
function readString(cursor: Cursor, where: Where): StringNode {
  const start = cursor.at;
  const template = skipString(cursor);
  const place: Span & Where = { start, end: cursor.at, ...where };
  const raw = cursor.text.slice(start + 1, cursor.at - 1);
  if (!template) return { type: 'string', value: unescapeHcl(raw), ...place };
  const node: StringNode = { type: 'string', value: cursor.text.slice(start, cursor.at), opaque: true, ...place };
  cursor.remarks.push(notUnderstood(node));
  return node;
}

/** Moves behind a text in quotes and tells whether it has expressions in it. */
function skipString(cursor: Cursor): boolean {
  const { text } = cursor;
  const start = cursor.at;
  let template = false;
  let braces = 0;
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at];
    if (character === '\\') at++;
    else if ((character === '$' || character === '%') && text[at + 1] === '{') {
      if (text[at - 1] === character && braces === 0) continue;
      template = true;
      braces++;
      at++;
    } else if (character === '{' && braces > 0) braces++;
    else if (character === '}' && braces > 0) braces--;
    else if (character === '"' && braces === 0) {
      cursor.at = at + 1;
      return template;
    } else if (character === '\n' && braces === 0) {
      cursor.at = at;
      throw new HclStop('the text is not closed with a double quote on its line', start);
    }
  }
  // What was looked through once must not be again.
  cursor.at = text.length;
  throw new HclStop('the text is not closed with a double quote on its line', start);
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

/** The value of a literal text. */
function unescapeHcl(raw: string): string {
  return raw
    .replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (whole, code: string | undefined, letter: string | undefined) =>
      code === undefined ? (ESCAPES[letter ?? ''] ?? whole) : String.fromCharCode(Number.parseInt(code, 16)),
    )
    .replaceAll('$${', '${')
    .replaceAll('%%{', '%{');
}

function skipSpace(cursor: Cursor, also = ''): void {
  const { text } = cursor;
  for (;;) {
    const character = text[cursor.at];
    if (character === undefined) return;
    if (/\s/.test(character) || (also !== '' && character === also)) cursor.at++;
    else if (character === '#' || text.startsWith('//', cursor.at)) cursor.at = lineEnd(text, cursor.at);
    else if (text.startsWith('/*', cursor.at)) {
      const end = text.indexOf('*/', cursor.at + 2);
      cursor.at = end === -1 ? text.length : end + 2;
    } else return;
  }
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}
