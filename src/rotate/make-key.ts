import type { MadeKey } from '../aws/index.ts';
import { KitError } from '../model/errors.ts';
import type { Failure } from '../model/failure.ts';
import { iamError, ofUser, type RotateRun, rotateCommand } from './context.ts';
import { readStatuses } from './read-keys.ts';
import { removeKey } from './remove-key.ts';
import type { RotationKey } from './types.ts';

const ATTEMPTS = 3;
const PAUSE_MS = 1_000;

/** A key was made by somebody else meanwhile: the user has two now. */
export const OCCUPIED = 'occupied';

/**
 * Makes the second key. The request is repeated only when it is known that it made none; a key whose answer was lost is not taken for
 * this run's without a question, since somebody else may rotate at the same moment.
 *
 * @param before the keys that were there
 * @throws KitError; `leftover` when a key is there, or may be, whose secret nobody has
 */
export async function makeKey(run: RotateRun, before: readonly RotationKey[]): Promise<MadeKey | typeof OCCUPIED> {
  const known = new Set(before.map(({ id }) => id));
  let lost: Failure | undefined;
  for (let attempt = 1; ; attempt++) {
    if (run.signal.aborted) throw new KitError('interrupted', 'interrupted; no key was made');
    const answer = await run.calls.create(run.userName, run.writeSignal);
    if (answer.ok) return answer.value;
    const { failure } = answer;
    if (isRefusal(failure)) throw iamError('iam:CreateAccessKey', failure, run);
    const extra = await extraKey(run, known);
    if (extra === UNKNOWN) throw maybeMade(run, failure);
    const full = failure.code === 'LimitExceeded';
    if (full && lost === undefined) return OCCUPIED;
    if (extra !== undefined) await giveUp(run, extra, lost ?? failure);
    // The key that takes the place may be this run's: the list is late.
    if (full) throw maybeMade(run, lost ?? failure);
    if (attempt >= ATTEMPTS) throw iamError('iam:CreateAccessKey', failure, run);
    lost ??= isLost(failure) ? failure : undefined;
    await run.sleep(PAUSE_MS * attempt, run.signal);
  }
}

/** IAM has answered, and has done nothing. */
function isRefusal({ kind }: Failure): boolean {
  return ['denied', 'not-found', 'credentials', 'expired', 'clock-skew'].includes(kind);
}

/** Whether the request may have had its effect. */
function isLost({ kind }: Failure): boolean {
  return kind !== 'throttling';
}

const UNKNOWN = 'unknown';

/** A key that was not there before; lists may be late, so it is looked for twice. */
async function extraKey(run: RotateRun, known: ReadonlySet<string>): Promise<string | undefined | typeof UNKNOWN> {
  for (let look = 0; ; look++) {
    const statuses = await readStatuses(run, run.hurry);
    if (statuses === undefined) return UNKNOWN;
    const extra = [...statuses.keys()].find((id) => !known.has(id));
    if (extra !== undefined || look === 1) return extra;
    await run.sleep(PAUSE_MS, run.hurry);
  }
}

/** The answer with the secret of a key did not arrive: the key is good for nothing, and takes the place of another. */
async function giveUp(run: RotateRun, keyId: string, { code, message }: Failure): Promise<never> {
  const what = `the answer to iam:CreateAccessKey was lost (${code}: ${message}), and ${ofUser(run.userName)} has a key ${keyId} now whose secret never arrived here`;
  const command = rotateCommand(run, '--discard', '--yes', keyId);
  const remains = (hint: string) => new KitError('leftover', `${what}\nIt is removed with:\n  ${command}`, { hint });
  if (run.signal.aborted) throw remains('The run was interrupted.');
  const warning = 'If somebody else rotates at this moment, it may be theirs.';
  const agreed = await run.confirm({ kind: 'lost', keyId, warnings: [what, warning] }).catch((error: unknown) => {
    if (error instanceof KitError) return false;
    throw error;
  });
  if (!agreed) throw remains(warning);
  if (!(await removeKey(run, keyId))) throw remains('It could not be removed now.');
  throw new KitError('network', `the answer to iam:CreateAccessKey was lost (${code}: ${message})`, {
    hint: `${keyId} was removed again, and all is as it was: run the same once more.`,
  });
}

function maybeMade(run: RotateRun, { code, message }: Failure): KitError {
  const look = `aws iam list-access-keys --user-name ${run.userName}`;
  return new KitError(
    'leftover',
    `the answer to iam:CreateAccessKey was lost (${code}: ${message}), and IAM does not say whether ${ofUser(run.userName)} has a new key now. See:\n  ${look}`,
    { hint: `A new one is removed with: ${rotateCommand(run, '--discard')}` },
  );
}
