import type { ComparedCell, MatrixCell } from '../../model/matrix.ts';
import { parseCaller } from '../caller.ts';
import { alikeIn } from './alike.ts';
import { cellOf, type PreparedRow, partsOf, prepareRow } from './cells.ts';
import { type Compared, excessOf, missingOf } from './compare.ts';
import type { KnownRegions } from './regions.ts';
import { rowsFor } from './rows.ts';
import type { Subject } from './subject.ts';
import { decideRegion } from './verdict.ts';
import { buildWorld, distinctPatterns, type World } from './world.ts';

export { type Pattern, patternsMeet, readPattern } from './patterns.ts';
export { type KnownRegions, regionsOfGlobs, regionsWithin } from './regions.ts';
export type { NamedDocument, ResourceFacts, Subject } from './subject.ts';
export { placeText } from './verdict.ts';

function partitionOf({ principal }: Subject): string {
  const partition = principal === undefined ? '' : parseCaller(principal).partition;
  return partition === '' ? 'aws' : partition;
}

/** Makes the cells for all that the worlds name; actions that are answered alike share one. */
function cellsIn<Cell extends object>(
  worlds: readonly World[],
  partition: string,
  make: (prepared: PreparedRow, action: string) => Cell,
): readonly (Cell & { readonly action: string })[] {
  const patterns = distinctPatterns(worlds.flatMap((world) => world.patterns));
  const named = distinctPatterns(worlds.flatMap((world) => world.named));
  const alike = alikeIn(worlds);
  const known: KnownRegions = new Map();
  return rowsFor(named, partition).flatMap((row) => {
    const prepared = prepareRow(patterns, row, known);
    // Nothing of the row is of its kind.
    if (prepared.regions.length === 0) return [];
    const made = new Map<string, Cell>();
    return row.actions.map((action) => {
      const key = alike(action);
      const cell = made.get(key) ?? make(prepared, action);
      made.set(key, cell);
      return { action, ...cell };
    });
  });
}

/**
 * The effective permissions of a set of documents: every action of S3, KMS and STS on the resources that the documents name.
 *
 * Nothing is tried by name: the patterns of all documents cut the resources of a row into regions within which every request is
 * decided alike; `decide` is asked once in each, with all open conditions in favour and then with all of them against. The parts
 * of a cell are exact: a resource is in one of them if and only if it is allowed, allowed under the part's conditions, or what could not be
 * read decides.
 *
 * @throws KitError `input` when the patterns have too many wildcards to tell apart
 */
export function explainMatrix(subject: Subject): readonly MatrixCell[] {
  const world = buildWorld(subject);
  return cellsIn([world], partitionOf(subject), (prepared, action) =>
    cellOf(
      prepared,
      prepared.regions.map(({ example }) => decideRegion(world, action, example)),
    ),
  );
}

/** What permissions are compared with. */
export interface Expected {
  /** What must be allowed. */
  readonly needed: Subject;
  /** What may be allowed. Default: only what must. */
  readonly tolerated?: Subject;
}

/**
 * The effective permissions as `explainMatrix` has them, each with what of it is not expected, and what is expected and not allowed. The
 * patterns of all documents cut the resources together, so that these parts are as exact as the others. Answers that both depend on conditions
 * are compared in every context that the conditions can tell apart.
 *
 * @throws KitError `input` when the patterns have too many wildcards to tell apart
 */
export function compareMatrix(subject: Subject, { needed, tolerated = needed }: Expected): readonly ComparedCell[] {
  const [actual, least] = [buildWorld(subject), buildWorld(needed)];
  const most = tolerated === needed ? least : buildWorld(tolerated);
  return cellsIn([...new Set([actual, least, most])], partitionOf(subject), (prepared, action) => {
    const found = prepared.regions.map(({ example }) => {
      const sideOf = (world: World): Compared => ({ world, verdict: decideRegion(world, action, example) });
      const [is, must] = [sideOf(actual), sideOf(least)];
      const may = most === least || is.verdict.decision === 'deny' ? must : sideOf(most);
      return {
        is,
        must,
        excess: excessOf(action, example, is, may),
        missing: missingOf(action, example, is, must),
      };
    });
    return {
      ...cellOf(
        prepared,
        found.map(({ is }) => is.verdict),
      ),
      needed: found.some(({ must }) => must.verdict.decision !== 'deny'),
      excess: partsOf(
        prepared,
        found.map(({ excess }) => excess),
      ),
      missing: partsOf(
        prepared,
        found.map(({ missing }) => missing),
      ),
    };
  });
}
