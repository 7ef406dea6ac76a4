/**
 * Wildcards of IAM: `*` is any run of characters (also none), `?` is exactly one character. Two pointers, no regular expression:
 * a pattern from data must not be able to stop the evaluator.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html#reference_policies_elements_resource_wildcards
 */

/** Longest pattern and longest text (UTF-16 units) that are compared with wildcards; ARNs and S3 keys are shorter. */
export const MAX_PATTERN = 2048;
export const MAX_TEXT = 8192;

/** Code units of a pattern; the two wildcards are negative. */
export const ANY_RUN = -1;
export const ANY_ONE = -2;
const STAR = 42;
const QUESTION = 63;

export type Glob = (text: string) => boolean;

/** Units of a text in which every character stands for itself. */
export function literalUnits(text: string): number[] {
  const units: number[] = [];
  for (let at = 0; at < text.length; at++) units.push(text.charCodeAt(at));
  return units;
}

/** Units of a text in which `*` and `?` are wildcards. */
export function patternUnits(text: string): number[] {
  return literalUnits(text).map((unit) => (unit === STAR ? ANY_RUN : unit === QUESTION ? ANY_ONE : unit));
}

/** Width of the character at a place: 2 for a surrogate pair. */
function widthAt(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  if (unit < 0xd800 || unit > 0xdbff || at + 1 >= text.length) return 1;
  const next = text.charCodeAt(at + 1);
  return next >= 0xdc00 && next <= 0xdfff ? 2 : 1;
}

function matchUnits(units: readonly number[], text: string): boolean {
  let at = 0;
  let unit = 0;
  let star = -1;
  let resume = 0;
  while (at < text.length) {
    const want = unit < units.length ? units[unit] : undefined;
    if (want === ANY_RUN) {
      star = unit++;
      resume = at;
    } else if (want === ANY_ONE) {
      at += widthAt(text, at);
      unit++;
    } else if (want !== undefined && want === text.charCodeAt(at)) {
      at++;
      unit++;
    } else if (star >= 0) {
      resume += widthAt(text, resume);
      at = resume;
      unit = star + 1;
    } else return false;
  }
  while (unit < units.length && units[unit] === ANY_RUN) unit++;
  return unit === units.length;
}

function unitsToText(units: readonly number[]): string {
  let text = '';
  for (const unit of units) text += String.fromCharCode(unit);
  return text;
}

/** The fastest matcher for the units. Texts longer than `MAX_TEXT` must be kept away by the caller. */
export function compileUnits(units: readonly number[]): Glob {
  const wild = units.findIndex((unit) => unit < 0);
  if (wild < 0) {
    const literal = unitsToText(units);
    return (text) => text === literal;
  }
  if (wild === units.length - 1 && units[wild] === ANY_RUN) {
    if (wild === 0) return () => true;
    const prefix = unitsToText(units.slice(0, wild));
    return (text) => text.startsWith(prefix);
  }
  const shortest = units.reduce((count, unit) => (unit === ANY_RUN ? count : count + 1), 0);
  return (text) => text.length >= shortest && matchUnits(units, text);
}

/** A matcher for a pattern as it stands in a document, without policy variables. */
export function compileGlob(pattern: string): Glob {
  return compileUnits(patternUnits(pattern));
}
