import { ANY_ONE, ANY_RUN, widthAt } from '../../model/wildcard.ts';
import { coversUnits } from '../../model/wildcard-compare.ts';
import { sixParts } from '../matching.ts';
import { parseTemplate } from '../variables.ts';

/** A resource pattern as its six parts, each as units; `*` alone stands for six parts that match everything. */
export interface Pattern {
  readonly text: string;
  readonly parts: readonly (readonly number[])[];
}

const BRACE = 123;
const EVERYTHING: Pattern['parts'] = Array.from({ length: 6 }, () => [ANY_RUN]);

/**
 * Reads a pattern without policy variables (`${*}` and its like are plain characters when `variables` is set).
 * `undefined` when it has fewer than six parts or a malformed variable.
 */
export function readPattern(text: string, variables: boolean): Pattern | undefined {
  const units = parseTemplate(text, { variables, wildcards: true })?.fixed;
  if (units === undefined) return undefined;
  if (units.length > 0 && units.every((unit) => unit === ANY_RUN)) return { text, parts: EVERYTHING };
  const parts = sixParts(units);
  return parts === undefined ? undefined : { text, parts };
}

function unitText(unit: number, next: number | undefined): string {
  if (unit === ANY_RUN) return '*';
  if (unit === ANY_ONE) return '?';
  const char = String.fromCharCode(unit);
  const special = char === '*' || char === '?' || (char === '$' && next === BRACE);
  return special ? `\${${char}}` : char;
}

/** The text of six parts; a pattern that reads back to them in a document of Version 2012-10-17. */
export function patternText(parts: Pattern['parts']): string {
  if (parts.every((part) => part.length === 1 && part[0] === ANY_RUN)) return '*';
  return parts.map((part) => part.map((unit, at) => unitText(unit, part[at + 1])).join('')).join(':');
}

/** More patterns than a reader can take in are no answer. */
const MOST_PATTERNS = 8;

/**
 * What two globs have in common, as a union of globs: `ab*` and `*bc` have `ab*bc` and `abc`. `undefined` when it takes more than
 * a few.
 */
function intersectUnits(left: readonly number[], right: readonly number[]): readonly (readonly number[])[] | undefined {
  // Most pairs are the same, or one is within the other.
  if (coversUnits(left, right)) return [right];
  if (coversUnits(right, left)) return [left];
  const memo = new Map<number, readonly (readonly number[])[]>();
  let tooMany = false;

  const from = (l: number, r: number): readonly (readonly number[])[] => {
    const key = l * (right.length + 1) + r;
    const known = memo.get(key);
    if (known !== undefined) return known;
    const found = prune(compute(l, r));
    if (found.length > MOST_PATTERNS) tooMany = true;
    const kept = found.slice(0, MOST_PATTERNS);
    memo.set(key, kept);
    return kept;
  };
  const compute = (l: number, r: number): readonly (readonly number[])[] => {
    const a = left[l];
    const b = right[r];
    if (a === undefined && b === undefined) return [[]];
    if (a === ANY_RUN && b === ANY_RUN) {
      return [...from(l + 1, r), ...from(l, r + 1)].map((rest) => (rest[0] === ANY_RUN ? rest : [ANY_RUN, ...rest]));
    }
    if (a === ANY_RUN)
      return [...from(l + 1, r), ...(b === undefined ? [] : from(l, r + 1).map((rest) => [b, ...rest]))];
    if (b === ANY_RUN)
      return [...from(l, r + 1), ...(a === undefined ? [] : from(l + 1, r).map((rest) => [a, ...rest]))];
    if (a === undefined || b === undefined) return [];
    if (a === b) return from(l + 1, r + 1).map((rest) => [a, ...rest]);
    if (a === ANY_ONE) return character(right, r, (width) => from(l + 1, r + width));
    if (b === ANY_ONE) return character(left, l, (width) => from(l + width, r + 1));
    return [];
  };
  const found = from(0, 0);
  return tooMany ? undefined : found;
}

/** What begins with the character at a place, which `?` matches as a whole, two units where it has them. */
function character(
  units: readonly number[],
  at: number,
  rests: (width: number) => readonly (readonly number[])[],
): readonly (readonly number[])[] {
  const width = widthAt(units, at);
  return rests(width).map((rest) => [...units.slice(at, at + width), ...rest]);
}

/** Drops doubles, and patterns that another one covers. */
function prune(patterns: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const distinct = [...new Map(patterns.map((units) => [units.join(), units])).values()];
  return distinct.filter((units) => !distinct.some((other) => other !== units && coversUnits(other, units)));
}

/** What patterns have in common, as a union of patterns; `undefined` when it takes more than a few. */
export function intersectPatterns(patterns: readonly Pattern[]): readonly Pattern['parts'][] | undefined {
  let common: readonly Pattern['parts'][] = [EVERYTHING];
  for (const { parts } of patterns) {
    const next: Pattern['parts'][] = [];
    for (const one of common) {
      let products: readonly Pattern['parts'][] = [[]];
      for (let part = 0; part < 6; part++) {
        const units = intersectUnits(one[part] ?? [], parts[part] ?? []);
        if (units === undefined) return undefined;
        products = products.flatMap((head) => units.map((tail) => [...head, tail]));
      }
      next.push(...products);
    }
    common = pruneParts(next);
    if (common.length > MOST_PATTERNS) return undefined;
  }
  return common;
}

/** Whether two globs have a text in common. */
function unitsMeet(left: readonly number[], right: readonly number[]): boolean {
  let at = 0;
  // Most pairs differ, or are decided, before the first wildcard.
  while (at < left.length && at < right.length) {
    const [a = 0, b = 0] = [left[at], right[at]];
    if (a < 0 || b < 0) break;
    if (a !== b) return false;
    at++;
  }
  if (at === left.length && at === right.length) return true;
  if ((left[at] === ANY_RUN && left.length === at + 1) || (right[at] === ANY_RUN && right.length === at + 1))
    return true;
  if (at === left.length || at === right.length) {
    return (at === left.length ? right : left).slice(at).every((unit) => unit === ANY_RUN);
  }
  const [one, other] = [left.slice(at), right.slice(at)];
  return !one.some((unit) => unit < 0)
    ? coversUnits(other, one)
    : !other.some((unit) => unit < 0)
      ? coversUnits(one, other)
      : intersectUnits(one, other)?.length !== 0;
}

/** Whether two patterns have an ARN in common. */
export function patternsMeet(one: Pattern, other: Pattern): boolean {
  return one.parts.every((part, index) => unitsMeet(part, other.parts[index] ?? []));
}

function pruneParts(patterns: readonly Pattern['parts'][]): readonly Pattern['parts'][] {
  const distinct = [...new Map(patterns.map((parts) => [patternText(parts), parts])).values()];
  const inside = (wide: Pattern['parts'], narrow: Pattern['parts']): boolean =>
    wide.every((part, index) => coversUnits(part, narrow[index] ?? []));
  return distinct.filter((parts) => !distinct.some((other) => other !== parts && inside(other, parts)));
}
