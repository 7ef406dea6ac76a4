import { Composer, type Document, isAlias, isMap, isScalar, isSeq, type Node, Parser } from 'yaml';
import type { ArrayNode, JsonNode, Member, ObjectNode, Span, StringNode } from './json-node.ts';
import { type Expressions, notUnderstood, TEMPLATE_FUNCTION } from './opaque.ts';
import type { Remark } from './policy-source.ts';

/** One document of a YAML text. */
export interface YamlDocument {
  readonly root: JsonNode | undefined;
  readonly remarks: readonly Remark[];
}

type Place = Span & Pick<JsonNode, 'parent' | 'step'>;

interface Reading {
  readonly text: string;
  /** Added to the offsets: where the text stands in its file. */
  readonly base: number;
  readonly remarks: Remark[];
  readonly expressions: Expressions;
}

/** So many mistakes of a document are told; after so many of its tokens nothing more is read. */
const MAX_SYNTAX_ERRORS = 20;
const MAX_BAD_TOKENS = 1_000;

/**
 * Reads YAML, each document of it. The caller has checked size and depth (`yamlTooDeepAt`).
 *
 * @param base where the text stands in its file
 */
export function readYaml(text: string, base: number, expressions: Expressions = 'opaque'): readonly YamlDocument[] {
  const { documents, stoppedAt } = withoutStacks(() => parse(text));
  const read = documents.map((document) => readDocument(document, { text, base, expressions }));
  const last = read.at(-1);
  if (last === undefined || stoppedAt === undefined) return read;
  const start = base + stoppedAt;
  const detail = 'more mistakes follow: from here on nothing is read';
  const more: Remark = { code: 'syntax-error', start, end: start + 1, detail };
  return [...read.slice(0, -1), { ...last, remarks: [...last.remarks, more] }];
}

function parse(text: string): { readonly documents: readonly Document.Parsed[]; readonly stoppedAt?: number } {
  const composer = new Composer({
    uniqueKeys: false,
    logLevel: 'silent',
    // Version: 2012-10-17 is text, not a date.
    schema: 'core',
    merge: false,
  });
  const documents: Document.Parsed[] = [];
  let bad = 0;
  for (const token of new Parser().parse(text)) {
    if (token.type === 'error' && ++bad > MAX_BAD_TOKENS)
      return { documents: [...documents, ...composer.end()] as readonly Document.Parsed[], stoppedAt: token.offset };
    for (const document of composer.next(token)) documents.push(document as Document.Parsed);
  }
  for (const document of composer.end()) documents.push(document as Document.Parsed);
  return { documents };
}

/** Of an error in a text only its words and place are told: the stack that each would keep takes most of the time of a text that is full of them. */
function withoutStacks<T>(run: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return run();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function readDocument(document: Document.Parsed, of: Omit<Reading, 'remarks'>): YamlDocument {
  const { base } = of;
  const remarks: Remark[] = [];
  for (const error of document.errors.slice(0, MAX_SYNTAX_ERRORS)) {
    const detail = error.message.split('\n')[0] ?? 'cannot be read';
    remarks.push({
      code: 'syntax-error',
      start: base + error.pos[0],
      end: base + Math.max(error.pos[0], error.pos[1]),
      detail,
    });
  }
  const { contents } = document;
  if (contents === null) return { root: undefined, remarks };
  return { root: convert(contents, { parent: undefined, step: '' }, { ...of, remarks }, contents.tag), remarks };
}

type Where = Pick<JsonNode, 'parent' | 'step'>;

/** @param tag that of the node, as far as it still counts */
function convert(node: Node, where: Where, reading: Reading, tag?: string): JsonNode {
  const [start = 0, end = 0] = node.range ?? [];
  const place: Place = { start: reading.base + start, end: reading.base + end, ...where };
  if (isAlias(node)) return unknown(place, reading);
  if (tag?.startsWith('!') === true && !tag.startsWith('!!'))
    return reading.expressions === 'opaque' ? unknown(place, reading) : longForm(node, tag, place, reading);
  if (isScalar(node)) return scalar(node.value, place);
  if (isSeq(node)) {
    const items: JsonNode[] = [];
    const array: ArrayNode = { type: 'array', items, ...place };
    for (const item of node.items) {
      const child = { parent: array, step: items.length };
      items.push(item === null ? empty(place.start, child) : convert(item as Node, child, reading, (item as Node).tag));
    }
    return array;
  }
  if (!isMap(node)) return scalar(null, place);
  const [only] = node.items;
  const isOpaque = reading.expressions === 'opaque' && node.items.length === 1;
  if (isOpaque && isScalar(only?.key) && TEMPLATE_FUNCTION.test(String(only.key.value))) return unknown(place, reading);
  return convertMap(node, place, reading);
}

/** `!Sub x` as `Fn::Sub: x`. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html */
function longForm(node: Node, tag: string, place: Place, reading: Reading): ObjectNode {
  const short = tag.slice(1);
  const name = short === 'Ref' || short === 'Condition' ? short : `Fn::${short}`;
  const members: Member[] = [];
  const object: ObjectNode = { type: 'object', members, ...place };
  const child = { parent: object, step: name };
  const key: StringNode = { type: 'string', value: name, start: place.start, end: place.start + tag.length, ...child };
  const value = convert(node, child, reading);
  members.push({ type: 'member', key, value, start: place.start, end: place.end });
  return object;
}

function convertMap(node: Node & { items: unknown[] }, place: Place, reading: Reading): ObjectNode {
  const members: Member[] = [];
  const object: ObjectNode = { type: 'object', members, ...place };
  const seen = new Set<string>();
  for (const pair of node.items as readonly { readonly key: Node | null; readonly value: Node | null }[]) {
    const keyRange = pair.key?.range;
    if (!isScalar(pair.key) || keyRange === null || keyRange === undefined) continue;
    const name = typeof pair.key.value === 'string' ? pair.key.value : String(pair.key.source ?? pair.key.value);
    const child = { parent: object, step: name };
    const key: StringNode = {
      type: 'string',
      value: name,
      start: reading.base + keyRange[0],
      end: reading.base + keyRange[1],
      ...child,
    };
    const value = pair.value === null ? empty(key.end, child) : convert(pair.value, child, reading, pair.value.tag);
    if (seen.has(name)) {
      const detail = `"${name}" in one map; AWS refuses it, other readers take the last`;
      reading.remarks.push({ code: 'duplicate-key', start: key.start, end: key.end, node: value, detail });
    }
    seen.add(name);
    members.push({ type: 'member', key, value, start: key.start, end: Math.max(key.end, value.end) });
  }
  return object;
}

function empty(at: number, where: Where): JsonNode {
  return { type: 'null', value: null, start: at, end: at, ...where };
}

function scalar(value: unknown, place: Place): JsonNode {
  if (typeof value === 'number') return { type: 'number', value, ...place };
  if (typeof value === 'boolean') return { type: 'boolean', value, ...place };
  if (value === null || value === undefined) return { type: 'null', value: null, ...place };
  return { type: 'string', value: String(value), ...place };
}

function unknown(place: Place, reading: Reading): StringNode {
  const value = reading.text.slice(place.start - reading.base, place.end - reading.base).trim();
  const node: StringNode = { type: 'string', value, opaque: true, ...place, end: place.start + value.length };
  reading.remarks.push(notUnderstood(node));
  return node;
}
