import type { Leftover } from './check.ts';

/** How much of what a sweep found; counts. */
export interface SweepFound {
  /** Things that journals of dead runs name; each may be there. */
  readonly journaled: number;
  /** Objects without versions. */
  readonly objects: number;
  readonly versions: number;
  readonly markers: number;
  readonly uploads: number;
  /** Statements in trust policies. */
  readonly statements: number;
}

/** The report of `sweep`. */
export interface SweepReport {
  readonly schemaVersion: number;
  readonly command: 'sweep';
  /** ISO 8601, UTC. */
  readonly date: string;
  readonly dryRun: boolean;
  /** Who removed; absent where nothing had to be asked. */
  readonly caller?: { readonly arn: string; readonly account: string };
  /** Host of the endpoint, where it was not AWS itself. */
  readonly endpoint?: string;
  /** Nothing is left of what was looked for. */
  readonly ok: boolean;
  readonly found: SweepFound;
  /** Some of it by name, at most 20. */
  readonly samples: readonly string[];
  readonly removed: number;
  /** At most 1,000 of what could not be removed. */
  readonly left: readonly Leftover[];
  /** More of it than `left` holds. */
  readonly moreLeft: number;
  readonly notes: readonly string[];
}
