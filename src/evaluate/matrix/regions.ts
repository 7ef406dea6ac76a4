import { KitError } from '../../model/errors.ts';
import { ANY_ONE, ANY_RUN } from '../../model/wildcard.ts';
import type { Pattern } from './patterns.ts';

/**
 * One of the regions into which patterns cut all ARNs: those that exactly these patterns match. Within a region every request is
 * decided alike, so that one example stands for all of it.
 */
export interface Region {
  /** Bit n: pattern n matches. */
  readonly members: bigint;
  readonly example: string;
}

/** Patterns that need more states than this are beyond telling apart; the ones that people write need hundreds. */
const MOST_STATES = 10_000;
const MOST_REGIONS = 5_000;

/** Characters for "any other", easy on the eye; the last resorts are from the private use area. */
const OTHERS = [...'xyzqwkvjubdfghlmnoprstacei0123456789XYZ', '\ue000', '\ue001'];

/** Characters as numbers (code points): `?` matches one character, not half of one. */
function symbols(units: readonly number[]): readonly number[] {
  const found: number[] = [];
  for (let at = 0; at < units.length; at++) {
    const unit = units[at] ?? 0;
    const next = units[at + 1] ?? 0;
    const pair = unit >= 0xd800 && unit <= 0xdbff && next >= 0xdc00 && next <= 0xdfff;
    found.push(pair ? (unit - 0xd800) * 0x400 + (next - 0xdc00) + 0x10000 : unit);
    if (pair) at++;
  }
  return found;
}

/**
 * Adds a place of a glob that is reached, and with a star the one behind it. What lies before the last star reached is left out: the star
 * covers it. Places come in ascending order.
 */
function reach(glob: readonly number[], reached: number[], place: number): void {
  let at = place;
  while (at > (reached.at(-1) ?? -1)) {
    const isStar = glob[at] === ANY_RUN;
    if (isStar) reached.length = 0;
    reached.push(at);
    if (!isStar) return;
    at++;
  }
}

function step(glob: readonly number[], places: readonly number[], symbol: number): readonly number[] {
  const reached: number[] = [];
  for (const place of places) {
    const want = glob[place];
    if (want === ANY_RUN) reach(glob, reached, place);
    else if (want === ANY_ONE || want === symbol) reach(glob, reached, place + 1);
  }
  return reached;
}

/** Nothing can change any more: no place is left, or the last one is a star at the end. */
function isSettled(glob: readonly number[], places: readonly number[]): boolean {
  return places.length === 0 || (glob[places[0] ?? 0] === ANY_RUN && places[0] === glob.length - 1);
}

/**
 * The regions of one part of an ARN in which the glob `required` matches; `undefined` when there are too many. Breadth first, so that examples
 * are short.
 */
function regionsOfPart(
  globs: readonly (readonly number[])[],
  required: number,
): ReadonlyMap<bigint, string> | undefined {
  const literals = new Set(globs.flat().filter((unit) => unit >= 0));
  const other = OTHERS.map((char) => char.codePointAt(0) ?? 0).find((code) => !literals.has(code)) ?? 0x10fffd;
  const found = new Map<bigint, string>();
  const start = beginning(globs, globs[required] ?? []);
  const seen = new Set([keyOf(start.state)]);
  let edge: readonly Edge[] = [start];
  while (edge.length > 0) {
    const next: Edge[] = [];
    for (const { state, text } of edge) {
      let members = 0n;
      state.forEach((places, index) => {
        if (places.at(-1) === globs[index]?.length) members |= 1n << BigInt(index);
      });
      if (!found.has(members)) found.set(members, text);
      if (state.every((places, index) => isSettled(globs[index] ?? [], places))) continue;
      const alphabet = new Set([other]);
      state.forEach((places, index) => {
        for (const place of places) {
          const want = globs[index]?.[place];
          if (want !== undefined && want >= 0) alphabet.add(want);
        }
      });
      for (const symbol of alphabet) {
        const after = state.map((places, index) => step(globs[index] ?? [], places, symbol));
        if (after[required]?.length === 0) continue;
        const key = keyOf(after);
        if (seen.has(key)) continue;
        seen.add(key);
        if (seen.size > MOST_STATES) return undefined;
        next.push({ state: after, text: text + String.fromCodePoint(symbol) });
      }
    }
    edge = next;
  }
  return found;
}

/** Places of all globs that are reached, and a text that leads there. */
interface Edge {
  readonly state: readonly (readonly number[])[];
  readonly text: string;
}

function keyOf(state: Edge['state']): string {
  let key = '';
  for (const places of state) {
    for (const place of places) key += place < 0xd800 ? String.fromCharCode(place) : `\ud800${place}`;
    key += '\uffff';
  }
  return key;
}

/** What the glob that is required begins with, before its first wildcard, is the only way in. Its end matches itself alone, so it is left. */
function beginning(globs: readonly (readonly number[])[], required: readonly number[]): Edge {
  let state: Edge['state'] = globs.map((glob) => {
    const reached: number[] = [];
    reach(glob, reached, 0);
    return reached;
  });
  let text = '';
  for (const unit of required) {
    if (unit < 0) break;
    state = state.map((places, index) => (places.length === 0 ? places : step(globs[index] ?? [], places, unit)));
    text += String.fromCodePoint(unit);
  }
  return { state, text };
}

function tooComplex(): KitError {
  return new KitError('input', 'the resource patterns of these documents have too many wildcards to tell apart', {
    hint: 'Explain fewer documents at a time, or use evaluate for single requests.',
  });
}

/** One part of several patterns: globs that are the same are looked at once. */
function regionsOfParts(
  globs: readonly (readonly number[])[],
  required: number,
  known: KnownRegions,
): ReadonlyMap<bigint, string> {
  const texts = globs.map((glob) => glob.join());
  const distinct = [...new Set([texts[required] ?? '', ...texts])];
  const key = distinct.join(';');
  const found =
    known.get(key) ??
    regionsOfPart(
      distinct.map((text) => symbols(globs[texts.indexOf(text)] ?? [])),
      0,
    );
  if (found === undefined) throw tooComplex();
  known.set(key, found);
  if (distinct.length === globs.length && required === 0) return found;
  const places = texts.map((text) => BigInt(distinct.indexOf(text)));
  return new Map(
    [...found].map(([members, text]) => {
      let expanded = 0n;
      for (const [index, place] of places.entries()) if ((members >> place) & 1n) expanded |= 1n << BigInt(index);
      return [expanded, text];
    }),
  );
}

/** Regions of parts that were found before: rows share most of them. */
export type KnownRegions = Map<string, ReadonlyMap<bigint, string>>;

/**
 * The regions into which patterns cut what `patterns[required]` matches; every one that is not empty, and no other. The six parts
 * of an ARN are matched each for itself, so a region is any combination of their regions.
 *
 * @throws KitError `input` when there are too many
 */
export function regionsWithin(
  patterns: readonly Pattern[],
  required: number,
  known: KnownRegions = new Map(),
): readonly Region[] {
  const inside = 1n << BigInt(required);
  let regions = new Map<bigint, string>([[(1n << BigInt(patterns.length)) - 1n, '']]);
  for (let part = 0; part < 6; part++) {
    const ofPart = regionsOfParts(
      patterns.map(({ parts }) => parts[part] ?? []),
      required,
      known,
    );
    const next = new Map<bigint, string>();
    for (const [members, example] of regions) {
      for (const [more, text] of ofPart) {
        const both = members & more;
        if ((both & inside) !== 0n && !next.has(both)) next.set(both, part === 0 ? text : `${example}:${text}`);
      }
    }
    if (next.size > MOST_REGIONS) throw tooComplex();
    regions = next;
  }
  return [...regions].map(([members, example]) => ({ members, example }));
}

/** A text of each region into which globs cut all texts; `undefined` when there are too many. */
export function regionsOfGlobs(globs: readonly (readonly number[])[]): readonly string[] | undefined {
  const regions = regionsOfPart([[ANY_RUN], ...globs.map(symbols)], 0);
  return regions === undefined ? undefined : [...regions.values()];
}
