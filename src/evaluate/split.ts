import { inputError } from '../model/errors.ts';

/** One JSON object cut out of the input, and where it begins (both from 1). */
export interface RawCase {
  readonly text: string;
  /** From 1. */
  readonly number: number;
  readonly line: number;
  readonly column: number;
}

/** Longest text of one case, in characters, and how deep its objects and lists may go. */
const MAX_CASE = 1_048_576;
const MAX_DEPTH = 64;

/** Whether the input was a JSON array; known once the first character that is no white space was read. */
export interface SplitInput {
  readonly cases: AsyncGenerator<RawCase>;
  readonly isArray: () => boolean;
}

/** `outside`: before the first value; `list`: a value or `]` may come; `next`: after a comma; `after`: a comma or `]` must come. */
type State = 'outside' | 'list' | 'next' | 'after' | 'closed';

const QUOTE = 34;
const COMMA = 44;
const OPEN_LIST = 91;
const BACKSLASH = 92;
const CLOSE_LIST = 93;
const OPEN = 123;
const CLOSE = 125;
const NEWLINE = 10;
const BOM = 0xfeff;

function isSpace(unit: number): boolean {
  return unit === 32 || unit === NEWLINE || unit === 13 || unit === 9;
}

/** A place in the input, for a message. */
export function placeOf(raw: Pick<RawCase, 'number' | 'line' | 'column'>): string {
  return `case ${raw.number} (line ${raw.line}, column ${raw.column})`;
}

/**
 * Cuts a JSON object, a JSON array of objects, or lines of objects (NDJSON) into its objects as the text comes in. It looks at
 * brackets and quotes only, so that length and depth are bounded before anything is parsed. Once the first object has ended on
 * its own line, every object must: a broken line is then told by its number instead of swallowing the rest.
 *
 * @throws KitError `input` that names the case, line and column
 */
export function splitCases(chunks: AsyncIterable<string>, name: string): SplitInput {
  let array = false;
  return { cases: split(), isArray: () => array };

  async function* split(): AsyncGenerator<RawCase> {
    let state: State = 'outside';
    let line = 1;
    let column = 0;
    let number = 0;
    let depth = 0;
    let inString = false;
    let escaped = false;
    let byLine = false;
    let first = true;
    let start = { line: 1, column: 1 };
    let before = '';

    const fail = (rule: string, at = { line, column }): never => {
      const place = placeOf({ number: Math.max(1, number), ...at });
      throw inputError(`${name} holds no evaluation cases that can be read.`, [{ field: place, rule }]);
    };
    const unexpected = (char: string): never => {
      if (depth === 0 && state !== 'after' && state !== 'closed') number += 1;
      return fail(`${JSON.stringify(char)} was not expected: a case is a JSON object`);
    };

    for await (const chunk of chunks) {
      let from = 0;
      for (let at = 0; at < chunk.length; at++) {
        const unit = chunk.charCodeAt(at);
        column++;
        if (unit === NEWLINE) {
          if (depth > 0 && byLine) fail('the line ends before the object does', start);
          line++;
          column = 0;
        }
        if (depth > 0) {
          if (inString) {
            if (escaped) escaped = false;
            else if (unit === BACKSLASH) escaped = true;
            else if (unit === QUOTE) inString = false;
          } else if (unit === QUOTE) inString = true;
          else if (unit === OPEN || unit === OPEN_LIST) {
            depth++;
            if (depth > MAX_DEPTH) fail(`objects and lists go deeper than ${MAX_DEPTH}`);
          } else if (unit === CLOSE || unit === CLOSE_LIST) {
            depth--;
            if (depth === 0) {
              const text = before + chunk.slice(from, at + 1);
              before = '';
              if (text.length > MAX_CASE) fail(`a case is longer than ${MAX_CASE} characters`, start);
              yield { text, number, ...start };
              if (number === 1 && !array) byLine = line === start.line;
              if (array) state = 'after';
            }
          }
          continue;
        }
        if (isSpace(unit)) continue;
        const wasFirst = first;
        first = false;
        if (unit === BOM && wasFirst) {
          column--;
          first = true;
        } else if (unit === OPEN && state !== 'after' && state !== 'closed') {
          number++;
          depth = 1;
          from = at;
          start = { line, column };
        } else if (unit === OPEN_LIST && wasFirst) {
          array = true;
          state = 'list';
        } else if (unit === COMMA && state === 'after') state = 'next';
        else if (unit === CLOSE_LIST && (state === 'after' || state === 'list')) state = 'closed';
        else unexpected(String.fromCodePoint(chunk.codePointAt(at) ?? unit));
      }
      if (depth > 0) {
        before += chunk.slice(from);
        if (before.length > MAX_CASE) fail(`a case is longer than ${MAX_CASE} characters`, start);
      }
    }
    if (depth > 0) fail('the input ends before the object does', start);
    if (array && state !== 'closed') fail('the input ends before the array does');
    if (!array && number === 0) fail('the input is empty', { line: 1, column: 1 });
  }
}
