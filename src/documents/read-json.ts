import { visit } from 'jsonc-parser';
import type { ArrayNode, JsonNode, Member, ObjectNode, Span, StringNode } from './json-node.ts';
import { toValue } from './json-node.ts';
import { comment, syntaxError, trailingComma } from './json-remarks.ts';
import { type Expressions, notUnderstood, TEMPLATE_FUNCTION } from './opaque.ts';
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
export function readJsonText(slice: string, base: number, expressions: Expressions = 'opaque'): ReadResult {
  const first = build(slice, base, expressions);
  if (!first.remarks.some((remark) => remark.code === 'syntax-error') || !hasOddCharacters(slice)) return first;
  const straight = straighten(slice, base);
  if (straight.remarks.length === 0) return first;
  const second = build(straight.text, base, expressions);
  return { root: second.root, remarks: [...straight.remarks, ...second.remarks] };
}

function build(text: string, base: number, expressions: Expressions): ReadResult {
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

  function parentNow(): OpenObject | OpenArray | undefined {
    return levels.at(-1)?.node;
  }

  function stepNow(): string | number {
    const level = levels.at(-1);
    if (level === undefined) return '';
    return level.node.type === 'array' ? level.node.items.length : (level.key?.value ?? '');
  }

  function open(type: 'object' | 'array', offset: number): void {
    const start = base + offset;
    const [parent, step] = [parentNow(), stepNow()];
    const node: OpenObject | OpenArray =
      type === 'object'
        ? { type, members: [], start, end: start, parent, step }
        : { type, items: [], start, end: start, parent, step };
    levels.push({ node, key: undefined, comma: undefined });
  }

  function close(offset: number, length: number): void {
    const level = levels.pop();
    if (level === undefined) return;
    level.node.end = base + offset + length;
    lastEnd = offset + length;
    if (level.comma !== undefined) tell(trailingComma(base + level.comma, level.node.type));
    const isOpaque = level.node.type === 'object' && expressions === 'opaque';
    const expression = isOpaque ? templateExpression(level.node, text, base) : undefined;
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
        const start = base + offset;
        attach(literal(value, start, start + length, parentNow(), stepNow()));
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

/** Written out, since a document has many of them. */
function literal(
  value: unknown,
  start: number,
  end: number,
  parent: JsonNode['parent'],
  step: JsonNode['step'],
): JsonNode {
  if (typeof value === 'string') return { type: 'string', value, start, end, parent, step };
  if (typeof value === 'number') return { type: 'number', value, start, end, parent, step };
  if (typeof value === 'boolean') return { type: 'boolean', value, start, end, parent, step };
  return { type: 'null', value: null, start, end, parent, step };
}

/** CloudFormation's `{"Ref": …}` and `{"Fn::…": …}`. */
function templateExpression(node: ObjectNode, text: string, base: number): StringNode | undefined {
  const [only, second] = node.members;
  if (only === undefined || second !== undefined || !TEMPLATE_FUNCTION.test(only.key.value)) return undefined;
  const { start, end, parent, step } = node;
  return { type: 'string', value: text.slice(start - base, end - base), opaque: true, start, end, parent, step };
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
