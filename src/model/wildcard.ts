/**
 * Wildcards of IAM: `*` is any run of characters (also none), `?` is exactly one character. No regular expression: a pattern
 * from data must not be able to stop the evaluator. Matching reads the text once, but for segments between stars that have a `?`.
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
  const units = literalUnits(text);
  for (const [at, unit] of units.entries())
    if (unit === STAR || unit === QUESTION) units[at] = unit === STAR ? ANY_RUN : ANY_ONE;
  return units;
}

/** Width of the character at a place of a text or its units: 2 for a surrogate pair. */
export function widthAt(text: string | readonly number[], at: number): number {
  const plain = typeof text === 'string';
  const unit = plain ? text.charCodeAt(at) : (text[at] ?? 0);
  if (unit < 0xd800 || unit > 0xdbff || at + 1 >= text.length) return 1;
  const next = plain ? text.charCodeAt(at + 1) : (text[at + 1] ?? 0);
  return next >= 0xdc00 && next <= 0xdfff ? 2 : 1;
}

/** What stands between two stars: characters and `?`. */
interface Segment {
  readonly units: readonly number[];
  /** The text, where there is no `?` in it. */
  readonly literal: string | undefined;
  /** Knuth, Morris and Pratt's table: how much of the literal still fits after a mismatch, so that a search reads the text once. */
  readonly fallback: readonly number[];
}

function toSegment(units: readonly number[]): Segment {
  if (units.includes(ANY_ONE)) return { units, literal: undefined, fallback: [] };
  const fallback = [0];
  let fits = 0;
  for (let at = 1; at < units.length; at++) {
    while (fits > 0 && units[at] !== units[fits]) fits = fallback[fits - 1] ?? 0;
    if (units[at] === units[fits]) fits++;
    fallback.push(fits);
  }
  return { units, literal: unitsToText(units), fallback };
}

/** Where a segment ends that begins at a place; -1 when it does not fit there. */
function matchAt({ units, literal }: Segment, text: string, start: number): number {
  if (literal !== undefined) return text.startsWith(literal, start) ? start + literal.length : -1;
  let at = start;
  for (const unit of units) {
    if (at >= text.length) return -1;
    if (unit === ANY_ONE) at += widthAt(text, at);
    else if (unit === text.charCodeAt(at)) at++;
    else return -1;
  }
  return at;
}

/** Where a segment begins that ends with the text; -1 when it does not fit there. */
function matchEnd({ units, literal }: Segment, text: string): number {
  if (literal !== undefined) return text.endsWith(literal) ? text.length - literal.length : -1;
  let at = text.length;
  for (let unit = units.length - 1; unit >= 0; unit--) {
    if (at <= 0) return -1;
    const pair = units[unit] === ANY_ONE && at > 1 && widthAt(text, at - 2) === 2;
    at -= pair ? 2 : 1;
    if (units[unit] !== ANY_ONE && units[unit] !== text.charCodeAt(at)) return -1;
  }
  return at;
}

/** Where the first occurrence of a segment from a place on ends; -1 when there is none. */
function search(segment: Segment, text: string, from: number): number {
  const { units, literal, fallback } = segment;
  if (literal === undefined) {
    for (let start = from; start < text.length; start += widthAt(text, start)) {
      const end = matchAt(segment, text, start);
      if (end >= 0) return end;
    }
    return -1;
  }
  let fits = 0;
  for (let at = from; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    while (fits > 0 && unit !== units[fits]) fits = fallback[fits - 1] ?? 0;
    if (unit === units[fits]) fits++;
    if (fits === units.length) return at + 1;
  }
  return -1;
}

/** The segments between the stars of a pattern that has one. */
function segmentsOf(units: readonly number[]): readonly Segment[] {
  const cuts = units.flatMap((unit, index) => (unit === ANY_RUN ? [index] : []));
  return [-1, ...cuts].map((cut, index) => toSegment(units.slice(cut + 1, cuts[index])));
}

/** First and last segment stand at the ends of the text; each of the others is taken where it first occurs. */
function compileSegments(units: readonly number[]): Glob {
  const segments = segmentsOf(units);
  const first = segments[0] ?? toSegment([]);
  const last = segments.at(-1) ?? toSegment([]);
  const middle = segments.slice(1, -1).filter((segment) => segment.units.length > 0);
  return (text) => {
    let at = matchAt(first, text, 0);
    if (at < 0) return false;
    const end = matchEnd(last, text);
    if (end < at) return false;
    for (const segment of middle) {
      at = search(segment, text, at);
      if (at < 0 || at > end) return false;
    }
    return true;
  };
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
  if (units.includes(ANY_RUN)) {
    const glob = compileSegments(units);
    return (text) => text.length >= shortest && glob(text);
  }
  const whole = toSegment(units);
  return (text) => text.length >= shortest && matchAt(whole, text, 0) === text.length;
}

/** A matcher for a pattern as it stands in a document, without policy variables. */
export function compileGlob(pattern: string): Glob {
  return compileUnits(patternUnits(pattern));
}
