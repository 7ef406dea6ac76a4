import type { Failure } from '../model/failure.ts';
import type { RotateRun } from './context.ts';
import { readStatuses } from './read-keys.ts';

const ATTEMPTS = 3;
const PAUSE_MS = 500;

/**
 * Removes a key, also after an interrupt; only a second one stops it. A key that IAM does not know counts when its list does not have it,
 * either: what was made a moment ago may not be known everywhere.
 *
 * @returns whether it is gone
 */
export async function removeKey(run: RotateRun, keyId: string): Promise<boolean> {
  for (let attempt = 0; attempt < ATTEMPTS && !run.hurry.aborted; attempt++) {
    const answer = await run.calls.remove(run.userName, keyId, run.hurry);
    if (answer.ok) return true;
    if (answer.failure.kind === 'denied') return false;
    if ((await readStatuses(run, run.hurry))?.has(keyId) === false) return true;
    await run.sleep(PAUSE_MS * 2 ** attempt, run.hurry);
  }
  return false;
}

/** How a change ended: made; refused or failed, and known not to be made; or nobody knows. */
export type Change =
  | { readonly made: true }
  | { readonly made: false; readonly failure: Failure }
  | { readonly made: 'unknown'; readonly failure: Failure };

/**
 * Makes a change that may be made twice, and when its answer is lost, looks whether it was made.
 *
 * @param isMade by the status of the key; `undefined`: it is not there
 */
export async function changeKey(
  run: RotateRun,
  keyId: string,
  send: () => Promise<{ readonly ok: true } | { readonly ok: false; readonly failure: Failure }>,
  isMade: (status: string | undefined) => boolean,
): Promise<Change> {
  const answer = await send();
  if (answer.ok) return { made: true };
  const { failure } = answer;
  const statuses = await readStatuses(run, run.hurry);
  if (statuses === undefined) return { made: 'unknown', failure };
  return isMade(statuses.get(keyId)) ? { made: true } : { made: false, failure };
}
