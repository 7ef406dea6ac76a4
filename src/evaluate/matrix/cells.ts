import type { MatrixArea, MatrixCell, MatrixPart } from '../../model/matrix.ts';
import { type Area, areasOf } from './areas.ts';
import { intersectPatterns, type Pattern, patternsMeet, patternText } from './patterns.ts';
import { type KnownRegions, type Region, regionsWithin } from './regions.ts';
import type { Row } from './rows.ts';
import type { Verdict } from './verdict.ts';

/** A row with its regions, and areas that were described before: most actions of a row share them. */
export interface PreparedRow {
  readonly row: Row;
  readonly patterns: readonly Pattern[];
  readonly regions: readonly Region[];
  readonly described: Map<string, readonly MatrixArea[]>;
}

/** Cuts the resources of a row by all patterns that meet them. */
export function prepareRow(patterns: readonly Pattern[], row: Row, known: KnownRegions): PreparedRow {
  if (row.kind === 'none') {
    return { row, patterns: [row.pattern], regions: [{ members: 1n, example: '*' }], described: new Map() };
  }
  const meeting = patterns.filter((pattern) => patternsMeet(row.pattern, pattern));
  const all = [row.pattern, ...meeting, ...(row.except === undefined ? [] : [row.except])];
  const excepted = row.except === undefined ? 0n : 1n << BigInt(all.length - 1);
  const regions = regionsWithin(all, 0, known).filter(({ members }) => (members & excepted) === 0n);
  return { row, patterns: all, regions, described: new Map() };
}

function describe(prepared: PreparedRow, wanted: readonly Region[]): readonly MatrixArea[] {
  const { row, patterns, regions, described } = prepared;
  if (wanted.length === regions.length) return [{ resources: [row.resource] }];
  const key = wanted.map(({ members }) => members.toString(36)).join();
  const known = described.get(key);
  if (known !== undefined) return known;
  const parts = areasOf(wanted, regions, patterns.length).map((area) => describeArea(area, patterns));
  described.set(key, parts);
  return parts;
}

function describeArea({ within, except }: Area, patterns: readonly Pattern[]): MatrixArea {
  const chosen = (places: readonly number[]): readonly Pattern[] => places.flatMap((index) => patterns[index] ?? []);
  const [row] = patterns;
  const inside = [...(row === undefined ? [] : [row]), ...chosen(within)];
  const common = intersectPatterns(inside)?.map(patternText) ?? [
    inside.map(({ parts }) => patternText(parts)).join(' & '),
  ];
  const excepted = chosen(except).map(({ parts }) => patternText(parts));
  return { resources: common, ...(excepted.length === 0 ? {} : { except: excepted }) };
}

/** What is said of the regions of a row, in parts: each is said of some areas. `undefined` says nothing. */
export function partsOf<Said extends object>(
  prepared: PreparedRow,
  said: readonly (Said | undefined)[],
): readonly (MatrixArea & Said)[] {
  const groups = new Map<string, { readonly say: Said; readonly wanted: Region[] }>();
  said.forEach((say, index) => {
    const region = prepared.regions[index];
    if (say === undefined || region === undefined) return;
    const key = JSON.stringify(say);
    const group = groups.get(key) ?? { say, wanted: [] };
    group.wanted.push(region);
    groups.set(key, group);
  });
  return [...groups.values()].flatMap(({ say, wanted }) =>
    describe(prepared, wanted).map((area) => ({ ...area, ...say })),
  );
}

/** How it is answered, as parts have it. */
export function howAnswered<Decision extends Verdict['decision']>(
  verdict: Verdict & { readonly decision: Decision },
): { readonly decision: Decision } & Pick<MatrixPart, 'conditions' | 'asRead'> {
  const { decision, conditions, asRead } = verdict;
  return {
    decision,
    ...(conditions.length === 0 ? {} : { conditions }),
    ...(asRead === undefined ? {} : { asRead }),
  };
}

/** The cell for what was decided in each region of its row. */
export function cellOf(prepared: PreparedRow, verdicts: readonly Verdict[]): Omit<MatrixCell, 'action'> {
  const { kind, resource } = prepared.row;
  const said = verdicts.map((verdict) => {
    const { decision } = verdict;
    return decision === 'deny' ? undefined : howAnswered({ ...verdict, decision });
  });
  return { kind, resource, decision: summary(verdicts), parts: partsOf(prepared, said), ...sameForAll(verdicts) };
}

function summary(verdicts: readonly Verdict[]): MatrixCell['decision'] {
  const found = new Set(verdicts.map(({ decision }) => decision));
  const hasDenied = found.delete('deny');
  if (found.size === 0) return 'deny';
  if (found.has('unknown') && (found.size === 1 || !hasDenied)) return 'unknown';
  if (hasDenied) return 'some';
  return found.has('conditional') ? 'conditional' : 'allow';
}

function sameForAll(verdicts: readonly Verdict[]): Pick<MatrixCell, 'layer' | 'statement'> {
  const answers = new Set(verdicts.map(({ by, decision }) => JSON.stringify([decision, by.layer, by.statement])));
  const by = verdicts[0]?.by;
  if (answers.size !== 1 || by?.layer === undefined) return {};
  return { layer: by.layer, ...(by.statement === undefined ? {} : { statement: by.statement }) };
}
