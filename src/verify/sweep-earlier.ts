import type { RunContext } from './context.ts';
import { type FoundJournal, type Journals, readJournals } from './journal-read.ts';
import type { StatePlace } from './run.ts';
import { sweepJournal } from './sweep-journal.ts';

/** Runs that are cleaned up after beside one verify; the rest waits for the next one, or for `sweep`. */
const MOST_RUNS = 10;
/** A verify is not held up for longer. */
const LIMIT_MS = 20_000;

/**
 * Removes what dead runs on the same bucket left, with the access that this run has. Never throws: it is not what the run is for.
 *
 * @param ready what has to end before the run has that access
 * @returns notes for the report
 */
export async function sweepEarlierRuns(
  run: RunContext,
  state: StatePlace | undefined,
  ready: Promise<unknown>,
): Promise<readonly string[]> {
  if (state === undefined) return [];
  const read = () => readJournals(state.directory, run.ports.date().getTime());
  const dead = state.dead ?? (await read().catch((): Pick<Journals, 'dead'> => ({ dead: [] }))).dead;
  const mine = dead.filter((journal) => isMine(run, journal)).slice(0, MOST_RUNS);
  if (mine.length === 0) return [];
  await ready.catch(() => undefined);
  const reachable = run.target.way === 'key' || run.state.credentials !== undefined;
  if (run.signal.aborted || !reachable) return [];
  const clients = run.ports.clients({
    ...(run.state.credentials === undefined ? {} : { credentials: run.state.credentials }),
    ...(run.state.region === undefined ? {} : { region: run.state.region }),
  });
  const signal = AbortSignal.any([run.signal, AbortSignal.timeout(LIMIT_MS)]);
  return Promise.all(
    mine.map(async (journal) => {
      const when = `an earlier run on this bucket (began ${journal.began}) did not come to its end`;
      try {
        const { removed, left } = await sweepJournal(journal, clients, run.ports, signal);
        return left.length === 0
          ? `${when}; what it left was removed now (${removed})`
          : `${when}, and ${left.length} of what it left could not be removed: channelmix-s3 sweep --bucket ${journal.bucket} tells more`;
      } catch (error) {
        return `${when}, and its journal could not be worked off (${error instanceof Error ? error.message : String(error)})`;
      }
    }),
  );
}

/** A run on the same bucket by the same way; what only others may remove was told by that run already. */
function isMine(run: RunContext, journal: FoundJournal): boolean {
  const { target, caller } = run;
  if (journal.bucket !== target.bucket || journal.roleArn !== target.roleArn) return false;
  // A statement in a trust policy is the client's to remove.
  if ((journal.endpoint ?? 'AWS') !== caller.host || journal.trust !== undefined) return false;
  return journal.entries.some(({ refused }) => refused !== true);
}
