import type { MatrixCell, MatrixPart } from '../../model/matrix.ts';
import { parseCaller } from '../caller.ts';
import { type Area, areasOf } from './areas.ts';
import { intersectPatterns, type Pattern, patternText } from './patterns.ts';
import { type Region, regionsWithin } from './regions.ts';
import { type Row, rowsFor } from './rows.ts';
import { buildWorld, decideRegion, type Subject, type Verdict, type World } from './world.ts';

export type { NamedDocument, Subject } from './world.ts';

/** A row with its regions, and areas that were described before: most actions of a row share them. */
interface PreparedRow {
  readonly row: Row;
  readonly patterns: readonly Pattern[];
  readonly regions: readonly Region[];
  readonly described: Map<string, readonly Pick<MatrixPart, 'resources' | 'except'>[]>;
}

function prepareRow(world: World, row: Row): PreparedRow {
  if (row.kind === 'none') {
    return { row, patterns: [row.pattern], regions: [{ members: 1n, example: '*' }], described: new Map() };
  }
  const meeting = world.patterns.filter((pattern) => intersectPatterns([row.pattern, pattern])?.length !== 0);
  const patterns = [row.pattern, ...meeting, ...(row.except === undefined ? [] : [row.except])];
  const excepted = row.except === undefined ? 0n : 1n << BigInt(patterns.length - 1);
  const regions = regionsWithin(patterns, 0).filter(({ members }) => (members & excepted) === 0n);
  return { row, patterns, regions, described: new Map() };
}

function describe(
  prepared: PreparedRow,
  wanted: readonly Region[],
): readonly Pick<MatrixPart, 'resources' | 'except'>[] {
  const key = wanted.map(({ members }) => members.toString(36)).join();
  const known = prepared.described.get(key);
  if (known !== undefined) return known;
  const { patterns, regions } = prepared;
  const parts = areasOf(wanted, regions, patterns.length).map((area) => describeArea(area, patterns));
  prepared.described.set(key, parts);
  return parts;
}

function describeArea(
  { within, except }: Area,
  patterns: readonly Pattern[],
): Pick<MatrixPart, 'resources' | 'except'> {
  const chosen = (places: readonly number[]): readonly Pattern[] => places.flatMap((index) => patterns[index] ?? []);
  const [row] = patterns;
  const inside = [...(row === undefined ? [] : [row]), ...chosen(within)];
  const common = intersectPatterns(inside)?.map(patternText) ?? [
    inside.map(({ parts }) => patternText(parts)).join(' & '),
  ];
  const excepted = chosen(except).map(({ parts }) => patternText(parts));
  return { resources: common, ...(excepted.length === 0 ? {} : { except: excepted }) };
}

function cellOf(world: World, prepared: PreparedRow, action: string): MatrixCell {
  const { row, regions } = prepared;
  const verdicts = regions.map((region) => ({ region, ...decideRegion(world, action, region) }));
  const groups = new Map<string, (typeof verdicts)[number][]>();
  for (const verdict of verdicts) {
    if (verdict.decision === 'deny') continue;
    const key = [verdict.decision, ...verdict.conditions].join('\n');
    groups.set(key, [...(groups.get(key) ?? []), verdict]);
  }
  const parts = [...groups.values()].flatMap((group): MatrixPart[] => {
    const [first] = group;
    if (first === undefined) return [];
    const { decision, conditions } = first;
    const rest = decision === 'conditional' ? { decision, conditions } : { decision: 'allow' as const };
    const wanted = group.map(({ region }) => region);
    const areas = wanted.length === regions.length ? [{ resources: [row.resource] }] : describe(prepared, wanted);
    return areas.map((area) => ({ ...area, ...rest }));
  });
  const some = (decision: Verdict['decision']): boolean => verdicts.some((verdict) => verdict.decision === decision);
  const decision =
    !some('allow') && !some('conditional')
      ? 'deny'
      : some('deny')
        ? 'some'
        : some('conditional')
          ? 'conditional'
          : 'allow';
  return { action, kind: row.kind, resource: row.resource, decision, parts, ...sameForAll(verdicts) };
}

function sameForAll(verdicts: readonly Verdict[]): Pick<MatrixCell, 'layer' | 'statement'> {
  const answers = new Set(verdicts.map(({ by, decision }) => JSON.stringify([decision, by.layer, by.statement])));
  const by = verdicts[0]?.by;
  if (answers.size !== 1 || by?.layer === undefined) return {};
  return { layer: by.layer, ...(by.statement === undefined ? {} : { statement: by.statement }) };
}

function partitionOf({ principal }: Subject): string {
  const partition = principal === undefined ? '' : parseCaller(principal).partition;
  return partition === '' ? 'aws' : partition;
}

/**
 * The effective permissions of a set of documents: every action of S3, KMS and STS on the resources that the documents name.
 *
 * Nothing is tried by name: the patterns of all documents cut the resources of a row into regions within which every request is
 * decided alike; `decide` is asked once in each, with all open conditions in favour and then with all of them against. The parts
 * of a cell are exact: a resource is in one of them if and only if it is allowed, or allowed under the part's conditions.
 *
 * @throws KitError `input` when the patterns have too many wildcards to tell apart
 */
export function explainMatrix(subject: Subject): readonly MatrixCell[] {
  const world = buildWorld(subject);
  return rowsFor(world.named, partitionOf(subject)).flatMap((row) => {
    const prepared = prepareRow(world, row);
    return row.actions.map((action) => cellOf(world, prepared, action));
  });
}
