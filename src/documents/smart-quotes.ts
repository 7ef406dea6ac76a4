import type { Remark } from './policy-source.ts';

/** Quotes that word processors and chat programs put in the place of `"`. */
const DOUBLE = '\u201C\u201D\u201E\u201F\u2033\uFF02\u00AB\u00BB';
/** Quotes that stand for `'`, which Python and YAML know and JSON does not. */
const SINGLE = "'\u2018\u2019\u201A\u201B\u2032\u0060\u00B4";
/** White space of web pages and word processors that is none in JSON. */
const SPACES = '\u00A0\u200B\u200C\u200D\u2060\uFEFF\u2028\u2029\u202F\u3000';

/** Text of the same length in which other quotes are straight double ones and odd spaces plain ones, and where. */
export interface Straightened {
  readonly text: string;
  readonly remarks: readonly Remark[];
}

/** Whether the text has anything for `straighten` to do. */
export function hasOddCharacters(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character > '\u009F' ? isOdd(character) : character === "'" || character === '`') return true;
  }
  return false;
}

function isOdd(character: string): boolean {
  return DOUBLE.includes(character) || SINGLE.includes(character) || SPACES.includes(character);
}

/**
 * Makes smart and single quotes that delimit strings straight, and odd spaces between them plain. What is inside a string stays.
 *
 * @param base added to the offsets of the remarks
 */
export function straighten(text: string, base: number): Straightened {
  const characters = text.split('');
  const closing = closingQuotes(text);
  const quotes: number[] = [];
  const spaces: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === '"' || DOUBLE.includes(character) || SINGLE.includes(character)) {
      const end = closing[at] ?? -1;
      if (end === -1) continue;
      for (const place of [at, end]) {
        if (text[place] === '"') continue;
        characters[place] = '"';
        quotes.push(place);
      }
      at = end;
    } else if (SPACES.includes(character)) {
      characters[at] = ' ';
      spaces.push(at);
    }
  }
  const remarks = [...group(text, base, quotes, 'smart-quotes'), ...group(text, base, spaces, 'syntax-error')];
  return { text: characters.join(''), remarks };
}

/** Next places of what may close a string; the text's length where there is none. */
interface Ahead {
  line: number;
  straight: number;
  straightEnd: number;
  single: number;
  singleEnd: number;
  double: number;
  doubleEnd: number;
}

/**
 * Where the string that each quote would open closes: a fitting quote on the same line, if there is one with what may follow a string in
 * JSON; -1 where there is none. Found from the end, so that the text is read once.
 */
function closingQuotes(text: string): Int32Array {
  const none = text.length;
  const closing = new Int32Array(none).fill(-1);
  const escaped = escapedPlaces(text);
  const ahead: Ahead = {
    line: none,
    straight: none,
    straightEnd: none,
    single: none,
    singleEnd: none,
    double: none,
    doubleEnd: none,
  };
  // Whether a string may end before the character: a colon, comma, closing bracket, comment or the line's end follows.
  let ends = true;
  for (let at = none - 1; at >= 0; at--) {
    const character = text[at] ?? '';
    const single = SINGLE.includes(character);
    const double = !single && DOUBLE.includes(character);
    const straight = character === '"';
    if (single || double || straight)
      closing[at] = closingOf(ahead, single ? 'single' : double ? 'double' : 'straight', none);
    if (escaped[at] !== 1) {
      if (character === '\n' || character === '\r') ahead.line = at;
      else if (straight) {
        ahead.straight = at;
        if (ends) ahead.straightEnd = at;
      } else if (single) {
        ahead.single = at;
        if (ends) ahead.singleEnd = at;
      } else if (double) {
        ahead.double = at;
        if (ends) ahead.doubleEnd = at;
      }
    }
    if (character !== ' ' && character !== '\t' && !SPACES.includes(character)) ends = ':,]}\r\n/#'.includes(character);
  }
  return closing;
}

function closingOf(ahead: Ahead, opening: 'single' | 'double' | 'straight', none: number): number {
  const { line, straight, straightEnd, single, singleEnd, double, doubleEnd } = ahead;
  const found = (at: number): number => (at < line && at < none ? at : -1);
  if (opening === 'straight') return found(Math.min(straight, doubleEnd));
  if (opening === 'double') {
    const end = found(Math.min(straightEnd, doubleEnd));
    return end === -1 ? found(double) : end;
  }
  if (singleEnd < straight && singleEnd < line) return singleEnd;
  // A straight quote inside a single-quoted string would end it for JSON.
  return straight < line ? -1 : found(single);
}

/** 1 for each character that a backslash stands before, unless that is itself escaped. */
function escapedPlaces(text: string): Uint8Array {
  const escaped = new Uint8Array(text.length);
  for (let at = text.indexOf('\\'); at !== -1; at = text.indexOf('\\', at + 2)) escaped[at + 1] = 1;
  return escaped;
}

/** More places than these are told and not mended: no document that AWS takes has them. */
const MAX_EDITS = 20_000;

/** One remark for all places of a kind, at the first of them. */
function group(
  text: string,
  base: number,
  places: readonly number[],
  code: 'smart-quotes' | 'syntax-error',
): readonly Remark[] {
  const [first] = places;
  if (first === undefined) return [];
  const character = text[first] ?? '';
  const name = `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  const many = places.length === 1 ? 'once' : `${places.length} times`;
  const quotes = code === 'smart-quotes';
  const detail = quotes
    ? `${character} (${name}) stands where JSON has a straight double quote (${many} in this document)`
    : `the character ${name} looks like a space and is none in JSON (${many} in this document)`;
  const explanation = quotes ? 'makes the quotes straight: JSON knows no others' : 'makes the spaces plain';
  const remark = { code, start: base + first, end: base + first + 1, detail } as const;
  if (places.length > MAX_EDITS) return [remark];
  const edits = places.map((at) => ({ start: base + at, end: base + at + 1, text: quotes ? '"' : ' ' }));
  return [{ ...remark, fix: { explanation, edits } }];
}
