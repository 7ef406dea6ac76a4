import { ANY_ONE, ANY_RUN, patternUnits, widthAt } from './wildcard.ts';

/** Patterns compared with each other, not with a text: whether one takes in the other, whether they have a text in common. */

const STAR = 42;
const QUESTION = 63;

/** Cells that `intersects` compares before it gives up; far more than real policies need. */
const MAX_CELLS = 65_536;

/** Whether a text has a wildcard. */
export function isWild(text: string): boolean {
  return text.includes('*') || text.includes('?');
}

/**
 * Whether everything that `narrow` matches is matched by `wide`, too; `narrow` may have no wildcard. It never says so wrongly; of
 * patterns that only a proof by cases would show to be covered it says that they are not.
 */
export function coversUnits(wide: readonly number[], narrow: readonly number[]): boolean {
  let at = 0;
  let unit = 0;
  let star = -1;
  let resume = 0;
  while (at < narrow.length) {
    const want = wide[unit];
    const has = narrow[at];
    if (want === ANY_RUN) {
      star = unit++;
      resume = at;
    } else if (has !== ANY_RUN && (want === has || want === ANY_ONE)) {
      at += want === ANY_ONE ? widthAt(narrow, at) : 1;
      unit++;
    } else if (star >= 0) {
      resume += widthAt(narrow, resume);
      at = resume;
      unit = star + 1;
    } else return false;
  }
  while (wide[unit] === ANY_RUN) unit++;
  return unit === wide.length;
}

/** The same of two texts in which `*` and `?` are wildcards. */
export function covers(wide: string, narrow: string): boolean {
  // Most pairs differ, or are decided, before the first wildcard.
  let at = 0;
  let unit = wide.charCodeAt(0);
  while (at < wide.length && unit !== STAR && unit !== QUESTION) {
    if (unit !== narrow.charCodeAt(at)) return false;
    unit = wide.charCodeAt(++at);
  }
  if (at === wide.length) return at === narrow.length;
  if (unit === STAR && at === wide.length - 1) return true;
  return coversUnits(patternUnits(wide.slice(at)), patternUnits(narrow.slice(at)));
}

function literalPrefix(pattern: string): string {
  return pattern.slice(0, pattern.search(/[*?]|$/));
}

/** Whether there is a text that both patterns match. For very long patterns that it cannot compare it says yes. */
export function intersects(a: string, b: string): boolean {
  if (!isWild(a)) return covers(b, a);
  if (!isWild(b)) return covers(a, b);
  const [one, two] = [literalPrefix(a), literalPrefix(b)];
  if (!one.startsWith(two) && !two.startsWith(one)) return false;
  if (a.length * b.length > MAX_CELLS) return true;
  const [left, right] = [[...a], [...b]];
  // before[j]: whether a text matches both the first i characters of `a` and the first j of `b`.
  let before: boolean[] = [];
  for (let i = 0; i <= left.length; i++) {
    const row: boolean[] = [];
    const char = left[i - 1];
    for (let j = 0; j <= right.length; j++) {
      const other = right[j - 1];
      row.push(
        (i === 0 && j === 0) ||
          (char === '*' && (before[j] === true || (j > 0 && row[j - 1] === true))) ||
          (other === '*' && (row[j - 1] === true || (i > 0 && before[j] === true))) ||
          (i > 0 && j > 0 && before[j - 1] === true && char !== '*' && other !== '*' && meets(char, other)),
      );
    }
    before = row;
  }
  return before[right.length] === true;
}

function meets(char: string | undefined, other: string | undefined): boolean {
  return char === other || char === '?' || other === '?';
}
