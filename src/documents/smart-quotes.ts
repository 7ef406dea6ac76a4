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
  const quotes: number[] = [];
  const spaces: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === '"' || DOUBLE.includes(character) || SINGLE.includes(character)) {
      const end = closingQuote(text, at);
      if (end === undefined) continue;
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

/** Where the string that opens at `start` closes: a fitting quote on the same line, with what may follow a string in JSON. */
function closingQuote(text: string, start: number): number | undefined {
  const opening = text[start] ?? '';
  const single = SINGLE.includes(opening);
  let fallback: number | undefined;
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === '\n' || character === '\r') break;
    if (character === '\\') at++;
    else if (character === '"') {
      // A straight quote inside a single-quoted string would end it for JSON.
      if (single) return undefined;
      if (opening === '"' || endsString(text, at + 1)) return at;
    } else if ((single ? SINGLE : DOUBLE).includes(character)) {
      if (endsString(text, at + 1)) return at;
      if (opening !== '"') fallback ??= at;
    }
  }
  return fallback;
}

/** Whether a string may end before `at`: a colon, comma, closing bracket, comment or the line's end follows. */
function endsString(text: string, at: number): boolean {
  let next = at;
  while (text[next] === ' ' || text[next] === '\t' || SPACES.includes(text[next] ?? '~')) next++;
  return next >= text.length || ':,]}\r\n/#'.includes(text[next] ?? '');
}

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
  const edits = places.map((at) => ({ start: base + at, end: base + at + 1, text: quotes ? '"' : ' ' }));
  return [{ code, start: base + first, end: base + first + 1, detail, fix: { explanation, edits } }];
}
