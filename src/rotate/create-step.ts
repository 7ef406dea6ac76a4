import type { AwsCredentials, MadeKey } from '../aws/index.ts';
import { connectionFields } from '../generate/connection.ts';
import type { VerifyReport } from '../model/check.ts';
import { KitError } from '../model/errors.ts';
import { collectReport, type VerifyEvent, type VerifyTarget, verify } from '../verify/index.ts';
import { type NewKeyWays, ofUser, type RotateRun } from './context.ts';
import { makeKey, OCCUPIED } from './make-key.ts';
import { removeKey } from './remove-key.ts';
import type { RotateLeftover, RotateReport, RotationKey } from './types.ts';

/** What became of the second key. */
export type Created =
  | typeof OCCUPIED
  | (Pick<RotateReport, 'done' | 'form' | 'verified' | 'interrupted' | 'left'> & { readonly made?: RotationKey });

/**
 * Makes a second key, verifies it, and gives its form to the user. Whatever does not come to its end takes the key back: there is either
 * a key that works and that the user has, or none.
 *
 * @throws KitError as `verify` and the delivery do, once the key is removed again; `leftover` when it could not be
 */
export async function createStep(run: RotateRun, keys: readonly RotationKey[], ways: NewKeyWays): Promise<Created> {
  const made = await makeKey(run, keys);
  if (made === OCCUPIED) return OCCUPIED;
  const verified: VerifyReport[] = [];
  try {
    if (await verifies(run, made, ways, verified)) {
      const { id: accessKeyId, secretAccessKey, status, created } = made;
      await ways.deliver(connectionFields({ auth: 'key', accessKeyId, secretAccessKey }));
      return {
        done: true,
        made: { id: accessKeyId, status, created },
        interrupted: false,
        form: connectionFields({ auth: 'key', accessKeyId }),
        verified,
        left: [],
      };
    }
  } catch (error) {
    throw await takenBack(run, made.id, error);
  }
  const left = (await removeKey(run, made.id)) ? [] : [leftKey(run, made.id)];
  return { done: false, interrupted: run.signal.aborted, verified, left };
}

/** Whether the key may do in every bucket what it has to; the first in which it may not ends it. */
async function verifies(
  run: RotateRun,
  { id: accessKeyId, secretAccessKey }: MadeKey,
  ways: NewKeyWays,
  verified: VerifyReport[],
): Promise<boolean> {
  for (const target of ways.targets(accessKeyId)) {
    if (run.signal.aborted) return false;
    const report = await collectReport(verifyOne(run, target, { accessKeyId, secretAccessKey }, ways));
    verified.push(report);
    if (!report.ok) return false;
  }
  return !run.signal.aborted;
}

async function* verifyOne(
  run: RotateRun,
  target: VerifyTarget,
  credentials: AwsCredentials,
  { connect, waitMs, state, onEvent }: NewKeyWays,
): AsyncGenerator<VerifyEvent, void, void> {
  const events = verify({
    target,
    ports: connect(credentials),
    waitMs,
    signal: run.signal,
    stopCleanup: run.hurry,
    ...(state === undefined ? {} : { state }),
  });
  for await (const event of events) {
    onEvent?.(event);
    yield event;
  }
}

/** The error that ended the step, with what became of the key. */
async function takenBack(run: RotateRun, keyId: string, error: unknown): Promise<unknown> {
  const gone = await removeKey(run, keyId);
  if (gone && !(error instanceof KitError)) return error;
  const said = error instanceof Error ? error.message : String(error);
  if (gone && error instanceof KitError) {
    const hint = [...(error.hint === undefined ? [] : [error.hint]), REMOVED].join(' ');
    return new KitError(error.code, error.message, { cause: error, problems: error.problems, hint });
  }
  const { what, command } = leftKey(run, keyId);
  return new KitError('leftover', `${said}\nThis was left behind:\n  ${what}\n    ${command}`, { cause: error });
}

/** What is said when the new key is gone again. */
const REMOVED = 'The new key was removed again; the old one is as it was.';

function leftKey(run: RotateRun, keyId: string): RotateLeftover {
  return {
    what: `the new key ${keyId} of ${ofUser(run.userName)}, whose secret nobody has`,
    command: `aws iam delete-access-key --user-name ${run.userName} --access-key-id ${keyId}`,
  };
}
