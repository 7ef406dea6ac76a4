import { KitError } from '../../model/errors.ts';
import { printableLines } from '../../model/printable.ts';

/** Code that stands as it is, with values between. Made by `code` from this folder's own text; a value becomes text in quotes. */
export interface Code {
  readonly kind: 'code';
  readonly texts: readonly string[];
  readonly values: readonly HclValue[];
}

/** A text with code in it: `"arn:aws:s3:::${var.bucket_name}/*"`. */
export interface Template {
  readonly kind: 'template';
  readonly parts: readonly (string | Code)[];
}

/** An object or a map. */
export interface Members {
  readonly kind: 'members';
  readonly members: Readonly<Record<string, HclValue>>;
}

/** The value of an attribute. https://opentofu.org/docs/language/expressions/types/ */
export type HclValue = string | number | boolean | Code | Template | Members | readonly HclValue[];

/** Attributes that stand together; those without a value are left out. */
export interface Attributes {
  readonly kind: 'attributes';
  readonly values: Readonly<Record<string, HclValue | undefined>>;
}

/** A comment; a line for each line of its text. */
export interface Comment {
  readonly kind: 'comment';
  readonly text: string;
}

export interface Block {
  readonly kind: 'block';
  readonly type: string;
  readonly labels: readonly string[];
  readonly body: readonly BodyPart[];
}

export type BodyPart = Attributes | Comment | Block;

/** Code with values put into it: code`can(regex(${'^[a-z]+$'}, ${reference}))`. */
export function code(texts: TemplateStringsArray, ...values: readonly HclValue[]): Code {
  return { kind: 'code', texts, values };
}

/**
 * What a dotted name stands for: `aws_iam_role.channelmix.arn`.
 *
 * @throws Error for anything but names with dots between them: a mistake of ours
 */
export function reference(...path: readonly string[]): Code {
  const text = path.join('.');
  if (/^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*$/.test(text)) return { kind: 'code', texts: [text], values: [] };
  throw new Error(`terraform: ${JSON.stringify(text)} is no reference`);
}

/** A text that is put together from texts and code. */
export function template(...parts: Template['parts']): Template {
  return { kind: 'template', parts };
}

export function members(values: Members['members']): Members {
  return { kind: 'members', members: values };
}

export function attributes(values: Attributes['values']): Attributes {
  return { kind: 'attributes', values };
}

export function comment(text: string): Comment {
  return { kind: 'comment', text };
}

/** Comments by which checkov leaves out checks: `CKV_AWS_18:why`. https://www.checkov.io/2.Basics/Suppressing%20and%20Skipping%20Policies.html */
export function checkovSkips(...skips: readonly string[]): Comment {
  return comment(skips.map((skip) => `checkov:skip=${skip}`).join('\n'));
}

/** A block, such as `resource "aws_iam_role" "channelmix" { … }`. Its parts are set apart by an empty line. */
export function block(type: string, labels: readonly string[], ...body: readonly BodyPart[]): Block {
  return { kind: 'block', type, labels, body };
}

/**
 * A file in Terraform's language, laid out as `tofu fmt` leaves it: what it is, and its parts.
 *
 * @throws KitError `input` for a text that Terraform would change: see `escaped`
 */
export function renderHcl(head: Comment, parts: readonly BodyPart[]): string {
  return [...partLines(head, ''), '', ...bodyLines(parts, ''), ''].join('\n');
}

/** A comment belongs to what follows it; between all else is an empty line. */
function bodyLines(parts: readonly BodyPart[], indent: string): readonly string[] {
  let before: BodyPart | undefined;
  const lines: string[] = [];
  for (const part of parts) {
    const own = partLines(part, indent);
    if (own.length === 0) continue;
    if (before !== undefined && before.kind !== 'comment') lines.push('');
    lines.push(...own);
    before = part;
  }
  return lines;
}

function partLines(part: BodyPart, indent: string): readonly string[] {
  if (part.kind === 'attributes') return assignments(Object.entries(part.values), indent);
  if (part.kind === 'comment') {
    const lines = printableLines(part.text).split('\n');
    return lines.map((line) => `${indent}# ${line}`.trimEnd());
  }
  const head = [part.type, ...part.labels.map((label) => quoted(label))].join(' ');
  const body = bodyLines(part.body, `${indent}  `);
  return body.length === 0 ? [`${indent}${head} {}`] : [`${indent}${head} {`, ...body, `${indent}}`];
}

/** The `=` of assignments that follow one another stand in one column; one of several lines stands for itself. */
function assignments(entries: readonly (readonly [string, HclValue | undefined])[], indent: string): readonly string[] {
  const lines: string[] = [];
  let together: (readonly [string, string])[] = [];
  const flush = () => {
    const column = Math.max(...together.map(([name]) => columns(name)));
    for (const [name, value] of together)
      lines.push(`${indent}${name}${' '.repeat(column - columns(name))} = ${value}`);
    together = [];
  };
  for (const [name, value] of entries) {
    if (value === undefined) continue;
    const text = render(value, indent);
    if (text.includes('\n')) flush();
    together.push([name, text]);
    if (text.includes('\n')) flush();
  }
  flush();
  return lines;
}

/** Columns that the formatter takes a name for: one for each cluster of code points, which none of the language's signs begins. */
function columns(name: string): number {
  if (PLAIN.test(name)) return name.length;
  const clusters = new Intl.Segmenter('en', { granularity: 'grapheme' });
  const parts = name.slice(1, -1).split(/(\$\$\{|%%\{|[$%])/);
  return parts.reduce((sum, part) => sum + [...clusters.segment(part)].length, 2);
}

/** Visible ASCII and spaces. */
const PLAIN = /^[ -~]*$/;

/** A value as it stands behind the `=`; lines after the first begin with the indent of the assignment. */
function render(value: HclValue, indent: string): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object') return String(value);
  if (isList(value)) return list(value, indent);
  if (value.kind === 'code') return value.texts.map((text, at) => text + codeValue(value.values[at], indent)).join('');
  if (value.kind === 'template') return `"${value.parts.map(templatePart).join('')}"`;
  const entries = Object.entries(value.members).map(([name, member]) => [memberName(name), member] as const);
  if (entries.length === 0) return '{}';
  return ['{', ...assignments(entries, `${indent}  `), `${indent}}`].join('\n');
}

function codeValue(value: HclValue | undefined, indent: string): string {
  return value === undefined ? '' : render(value, indent);
}

function isList(value: Exclude<HclValue, string | number | boolean>): value is readonly HclValue[] {
  return Array.isArray(value);
}

function list(items: readonly HclValue[], indent: string): string {
  const inner = `${indent}  `;
  const texts = items.map((item) => render(item, inner));
  if (texts.length <= 1 && !texts[0]?.includes('\n')) return `[${texts.join('')}]`;
  return ['[', ...texts.map((text) => `${inner}${text},`), `${indent}]`].join('\n');
}

/** A name without quotes, unless it is none or would begin something else. */
function memberName(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !KEYWORDS.includes(name) ? name : quoted(name);
}

/** Words that are no names in every place. */
export const KEYWORDS: readonly string[] = ['for', 'true', 'false', 'null'];

/** A `$` before code would make `$${`, which stands for the two characters `${`. */
function templatePart(part: string | Code, index: number, parts: Template['parts']): string {
  if (typeof part !== 'string') return `\${${render(part, '')}}`;
  const text = escaped(part);
  return typeof parts[index + 1] === 'object' && text.endsWith('$') ? `${text.slice(0, -1)}\\u0024` : text;
}

/** A text in quotes, of which no character has a meaning. */
function quoted(text: string): string {
  return `"${escaped(text)}"`;
}

/**
 * https://opentofu.org/docs/language/expressions/strings/#escape-sequences
 *
 * @throws KitError `input` for a text that Terraform would change: its strings are in Unicode's normal form C, and have no lone surrogates
 */
function escaped(text: string): string {
  if (!PLAIN.test(text) && (text.normalize('NFC') !== text || /\p{Surrogate}/u.test(text))) {
    const what = JSON.stringify(printableLines(text));
    throw new KitError(
      'input',
      `${what} cannot be written for Terraform, which turns text into Unicode's normal form C`,
      {
        hint: 'Write it in that form, or use another format.',
      },
    );
  }
  return text.replace(SPECIAL, (character) => ESCAPES[character] ?? unicodeEscape(character.codePointAt(0) ?? 0));
}

const SPECIAL = /["\\\p{C}\p{Zl}\p{Zp}]|[$%](?=\{)/gu;

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  $: '$$',
  '%': '%%',
};

function unicodeEscape(codePoint: number): string {
  const digits = codePoint.toString(16).toUpperCase();
  return codePoint > 0xffff ? `\\U${digits.padStart(8, '0')}` : `\\u${digits.padStart(4, '0')}`;
}
