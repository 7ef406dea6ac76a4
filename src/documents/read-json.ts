import { type ParseErrorCode, visit } from 'jsonc-parser';
import type { ArrayNode, JsonNode, Member, ObjectNode, Span, StringNode } from './json-node.ts';
import { toValue } from './json-node.ts';
import { notUnderstood, shorten, TEMPLATE_FUNCTION } from './opaque.ts';
import type { Remark, RemarkCode } from './policy-source.ts';
import { hasOddCharacters, straighten } from './smart-quotes.ts';

/** What was read of a stretch of text. */
export interface ReadResult {
  readonly root: JsonNode | undefined;
  readonly remarks: readonly Remark[];
}

/** More mistakes than these tell nothing new. */
const MAX_SYNTAX_ERRORS = 20;
/** Of comments, trailing commas, duplicate names and expressions each; more than lint tells of one rule. */
const MAX_REMARKS = 1_000;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type OpenObject = Mutable<ObjectNode> & { members: Member[] };
type OpenArray = Mutable<ArrayNode> & { items: JsonNode[] };

interface Level {
  readonly node: OpenObject | OpenArray;
  key: StringNode | undefined;
  /** Offset of the last comma that no value has followed yet. */
  comma: number | undefined;
}

/**
 * Reads the JSON of a stretch of a file.
 *
 * @param text the whole file
 * @param span where the document stands in it
 */
export function readJson(text: string, span: Span): ReadResult {
  return readJsonText(text.slice(span.start, span.end), span.start);
}

/**
 * Reads JSON with what people leave in it: comments, trailing commas, other quotes, and goes on after a mistake. The caller has
 * checked size and depth.
 *
 * @param slice the document alone
 * @param base where it stands in its file
 */
export function readJsonText(slice: string, base: number): ReadResult {
  const first = build(slice, base);
  if (!first.remarks.some((remark) => remark.code === 'syntax-error') || !hasOddCharacters(slice)) return first;
  const straight = straighten(slice, base);
  if (straight.remarks.length === 0) return first;
  const second = build(straight.text, base);
  return { root: second.root, remarks: [...straight.remarks, ...second.remarks] };
}

function build(text: string, base: number): ReadResult {
  const remarks: Remark[] = [];
  const counts = new Map<RemarkCode, number>();
  const levels: Level[] = [];
  let root: JsonNode | undefined;
  let errors = 0;
  let lastEnd = 0;

  function tell(remark: Remark): void {
    const count = (counts.get(remark.code) ?? 0) + 1;
    counts.set(remark.code, count);
    if (count <= MAX_REMARKS) remarks.push(remark);
  }

  /** Gives a value its place in the object or list that is open. */
  function attach(node: JsonNode): void {
    const level = levels.at(-1);
    if (level === undefined) {
      root ??= node;
      return;
    }
    level.comma = undefined;
    if (level.node.type === 'array') {
      level.node.items.push(node);
      return;
    }
    const { key } = level;
    level.key = undefined;
    if (key === undefined) return;
    const member: Member = { type: 'member', key, value: node, start: key.start, end: node.end };
    level.node.members.push(member);
  }

  function place(): Pick<JsonNode, 'parent' | 'step'> {
    const level = levels.at(-1);
    if (level === undefined) return { parent: undefined, step: '' };
    return level.node.type === 'array'
      ? { parent: level.node, step: level.node.items.length }
      : { parent: level.node, step: level.key?.value ?? '' };
  }

  function open(type: 'object' | 'array', offset: number): void {
    const span = { start: base + offset, end: base + offset, ...place() };
    const node: OpenObject | OpenArray =
      type === 'object' ? { type, members: [], ...span } : { type, items: [], ...span };
    levels.push({ node, key: undefined, comma: undefined });
  }

  function close(offset: number, length: number): void {
    const level = levels.pop();
    if (level === undefined) return;
    level.node.end = base + offset + length;
    lastEnd = offset + length;
    if (level.comma !== undefined) tell(trailingComma(base + level.comma, level.node.type));
    const expression = level.node.type === 'object' ? templateExpression(level.node, text, base) : undefined;
    attach(expression ?? level.node);
    if (expression !== undefined) tell(notUnderstood(expression));
    else if (level.node.type === 'object')
      for (const remark of duplicates(level.node, text, base)) {
        tell(remark);
        if ((counts.get('duplicate-key') ?? 0) > MAX_REMARKS) break;
      }
  }

  visit(
    text,
    {
      onObjectBegin: (offset) => open('object', offset),
      onObjectEnd: close,
      onArrayBegin: (offset) => open('array', offset),
      onArrayEnd: close,
      onObjectProperty: (value, offset, length) => {
        const level = levels.at(-1);
        if (level === undefined) return;
        level.comma = undefined;
        const start = base + offset;
        level.key = { type: 'string', value, start, end: start + length, parent: level.node, step: value };
        lastEnd = offset + length;
      },
      onLiteralValue: (value: unknown, offset, length) => {
        const span = { start: base + offset, end: base + offset + length, ...place() };
        attach(literal(value, span));
        lastEnd = offset + length;
      },
      onSeparator: (character, offset) => {
        const level = levels.at(-1);
        if (character === ',' && level !== undefined) level.comma = offset;
        lastEnd = offset + 1;
      },
      onComment: (offset, length) => {
        tell(comment(text, base, offset, length));
      },
      onError: (code, offset, length) => {
        errors++;
        if (errors <= MAX_SYNTAX_ERRORS)
          remarks.push(syntaxError(code, { text, base, offset, length, lastEnd, within: levels.at(-1)?.node.type }));
      },
    },
    { allowTrailingComma: true, disallowComments: false, allowEmptyContent: true },
  );
  if (errors > MAX_SYNTAX_ERRORS) {
    const detail = `${errors - MAX_SYNTAX_ERRORS} more mistakes follow`;
    remarks.push({ code: 'syntax-error', start: base + text.length, end: base + text.length, detail });
  }
  return { root, remarks };
}

function literal(value: unknown, span: Span & Pick<JsonNode, 'parent' | 'step'>): JsonNode {
  if (typeof value === 'string') return { type: 'string', value, ...span };
  if (typeof value === 'number') return { type: 'number', value, ...span };
  if (typeof value === 'boolean') return { type: 'boolean', value, ...span };
  return { type: 'null', value: null, ...span };
}

/** CloudFormation's `{"Ref": …}` and `{"Fn::…": …}`. */
function templateExpression(node: ObjectNode, text: string, base: number): StringNode | undefined {
  const [only, second] = node.members;
  if (only === undefined || second !== undefined || !TEMPLATE_FUNCTION.test(only.key.value)) return undefined;
  const { start, end, parent, step } = node;
  return { type: 'string', value: text.slice(start - base, end - base), opaque: true, start, end, parent, step };
}

function trailingComma(at: number, type: 'object' | 'array'): Remark {
  const explanation = 'removes the comma after the last entry, which JSON does not allow';
  return {
    code: 'trailing-comma',
    start: at,
    end: at + 1,
    detail: `the comma before the closing ${type === 'object' ? '}' : ']'}`,
    fix: { explanation, edits: [{ start: at, end: at + 1, text: '' }] },
  };
}

/** Whether a name stands twice among a few; most objects have few members and no twins. */
function hasTwins(members: readonly Member[]): boolean {
  for (let later = 1; later < members.length; later++) {
    for (let earlier = 0; earlier < later; earlier++) {
      if (members[earlier]?.key.value === members[later]?.key.value) return true;
    }
  }
  return false;
}

/** Names that stand twice in one object. Where both have the same value, the first can go. */
function* duplicates(object: ObjectNode, text: string, base: number): Iterable<Remark> {
  const { members } = object;
  if (members.length < 2 || (members.length <= 8 && !hasTwins(members))) return;
  const seen = new Map<string, number>();
  for (const [index, member] of members.entries()) {
    const earlier = seen.get(member.key.value);
    seen.set(member.key.value, index);
    const before = earlier === undefined ? undefined : members[earlier];
    if (earlier === undefined || before === undefined) continue;
    const same = JSON.stringify(toValue(before.value)) === JSON.stringify(toValue(member.value));
    const next = members[earlier + 1];
    const detail = `"${member.key.value}"${same ? ', with the same value' : ' with two values; AWS refuses it, other readers take the last'}`;
    yield {
      code: 'duplicate-key',
      start: member.key.start,
      end: member.key.end,
      node: member.value,
      detail,
      ...(same && next !== undefined && !text.slice(before.end - base, next.start - base).includes('/')
        ? {
            fix: {
              explanation: `removes the first of two equal entries "${member.key.value}"`,
              edits: [{ start: before.start, end: next.start, text: '' }],
            },
          }
        : {}),
    };
  }
}

/** A comment that fills its lines goes with them, another with the space before it. */
function comment(text: string, base: number, offset: number, length: number): Remark {
  let start = offset;
  let end = Math.min(text.length, offset + length);
  while (start > 0 && (text[start - 1] === ' ' || text[start - 1] === '\t')) start--;
  let after = end;
  while (text[after] === ' ' || text[after] === '\t' || text[after] === '\r') after++;
  const alone = (start === 0 || text[start - 1] === '\n') && (after >= text.length || text[after] === '\n');
  if (alone) end = Math.min(text.length, after + 1);
  // Two numbers or words must not grow together.
  const filler = !alone && /\w/.test(text[start - 1] ?? '') && /\w/.test(text[end] ?? '') ? ' ' : '';
  return {
    code: 'comment',
    start: base + offset,
    end: base + Math.min(text.length, offset + length),
    detail: shorten(text.slice(offset, offset + length)),
    fix: {
      explanation: 'removes the comment: a policy document cannot hold one',
      edits: [{ start: base + start, end: base + end, text: filler }],
    },
  };
}

interface ErrorPlace {
  readonly text: string;
  readonly base: number;
  readonly offset: number;
  readonly length: number;
  /** The end of the last token that was read. */
  readonly lastEnd: number;
  readonly within: 'object' | 'array' | undefined;
}

/** jsonc-parser's codes; its const enum cannot be imported under isolatedModules. */
const SYNTAX_ERRORS: Readonly<Record<number, string>> = {
  1: 'is no JSON: text stands in double quotes',
  2: 'is no number as JSON writes it',
  3: 'a name in double quotes is expected here',
  4: 'a value is expected here',
  5: 'a colon is missing between the name and its value',
  6: 'a comma is missing before this entry',
  7: 'the closing brace } is missing',
  8: 'the closing bracket ] is missing',
  9: 'the document has ended, and more text follows',
  10: 'a comment cannot stand here',
  11: 'the comment is not closed with */',
  12: 'the text is not closed with a double quote on its line',
  13: 'the number is not complete',
  14: 'after \\u come four hexadecimal digits',
  15: 'is no escape that JSON knows: a backslash itself is written \\\\',
  16: 'a tab or other control character must not stand inside quotes',
};

function syntaxError(code: ParseErrorCode, place: ErrorPlace): Remark {
  const { text, base, offset, length, lastEnd, within } = place;
  const number = code as number;
  const start = Math.min(offset, text.length);
  const end = Math.min(text.length, offset + length);
  const words = SYNTAX_ERRORS[number] ?? 'cannot be read';
  const token = text.slice(start, Math.min(end, start + 40));
  const named = number === 1 || number === 2 || number === 15;
  const remark: Remark = {
    code: 'syntax-error',
    start: base + start,
    end: base + end,
    detail: named ? `${token} ${words}` : words,
  };
  // Only between two entries that can be read is it certain that the comma is all that is missing.
  const entry = within === 'object' ? /^"/ : /^["{[]/;
  if (number !== 6 || !/["\d{[\]}a-z]/.test(text[lastEnd - 1] ?? '') || !entry.test(token)) return remark;
  const at = base + lastEnd;
  return {
    ...remark,
    fix: { explanation: 'adds the comma between two entries', edits: [{ start: at, end: at, text: ',' }] },
  };
}
