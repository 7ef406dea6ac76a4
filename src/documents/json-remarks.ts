import type { ParseErrorCode } from 'jsonc-parser';
import { shorten } from './opaque.ts';
import type { Remark } from './policy-source.ts';

/** The remark about a comma behind the last entry. */
export function trailingComma(at: number, type: 'object' | 'array'): Remark {
  const explanation = 'removes the comma after the last entry, which JSON does not allow';
  return {
    code: 'trailing-comma',
    start: at,
    end: at + 1,
    detail: `the comma before the closing ${type === 'object' ? '}' : ']'}`,
    fix: { explanation, edits: [{ start: at, end: at + 1, text: '' }] },
  };
}

/** A comment that fills its lines goes with them, another with the space before it. */
export function comment(text: string, base: number, offset: number, length: number): Remark {
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

/** Where the parser stumbled. */
export interface ErrorPlace {
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

/** The parser's mistake in plain words; with the comma that is missing, where that is certain. */
export function syntaxError(code: ParseErrorCode, place: ErrorPlace): Remark {
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
