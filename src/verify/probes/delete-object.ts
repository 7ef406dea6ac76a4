import type { CallResult } from '../../aws/index.ts';
import { presence } from '../canary.ts';
import type { Probe, RunContext } from '../context.ts';
import { blockedBy, failed, wrongAnswer } from '../outcome.ts';

/**
 * How long after the delete the first look at its effect is sent, in milliseconds. It does not wait for the delete's answer: S3 is
 * strongly consistent and nobody else knows the key, so "not there" proves the effect however the two crossed; "there" proves nothing,
 * and a second look follows the answer. https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html#ConsistencyModel
 */
const FIRST_LOOK_MS = 4;
/** Before the last look, for stores that are slower than S3. */
const LAST_LOOK_MS = 500;

/** Deletes the probe object and looks whether it is gone. https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export const deleteObject: Probe = async (run, check, calls) => {
  const refusal = await run.state.refusedDeletions?.get(check.prefix);
  if (refusal !== undefined) return { ...failed(refusal), note: 'asked before anything was put' };
  if (run.state.outcomes.get(check.node.replace('delete-object', 'put-object'))?.result !== 'allow') {
    return { result: 'skipped', note: blockedBy('put-object') };
  }
  const canary = run.state.canaries.get(check.prefix);
  if (canary === undefined) return { result: 'skipped', note: 'nothing was put' };
  const object = { bucket: run.target.bucket, key: canary.key };
  const can = abilities(run, check.node);
  const look = () => presence(calls.look, object, can);
  const deletion = calls.write((s3, options) => s3.deleteObject({ Bucket: object.bucket, Key: object.key }, options));
  const firstLook = run.ports.sleep(FIRST_LOOK_MS, run.signal).then(look);
  const deleted = await deletion;
  await noteUnanswered(run, canary.entryId, deleted);
  if (!deleted.ok) return failed(deleted.failure);
  const versioned = await noteMarker(run, canary.entryId, deleted.value);
  let now = await firstLook;
  if (now !== 'gone') now = await look();
  if (now === 'there') {
    await run.ports.sleep(LAST_LOOK_MS, run.signal);
    now = await look();
  }
  if (now === 'there') return wrongAnswer('StillThere', 'S3 accepted the delete, but the object is still there');
  if (!versioned) {
    run.tally.gone(canary.key);
    await run.journal.remove(canary.entryId);
  }
  if (now === 'unknown')
    return { result: 'allow', note: 'its effect could not be seen: the role may neither list nor read' };
  return { result: 'allow' };
};

function abilities(run: RunContext, node: string): { list: boolean; get: boolean } {
  const allowed = (id: string) => run.state.outcomes.get(node.replace('delete-object', id))?.result === 'allow';
  return { list: allowed('list-bucket'), get: allowed('get-object') };
}

/** In a bucket with versions every delete makes a marker, also one whose answer was lost and that was repeated. */
async function noteUnanswered(run: RunContext, entryId: string, deletion: CallResult<unknown>): Promise<void> {
  const answered = deletion.ok || deletion.failure.kind === 'denied';
  if (answered && deletion.attempts === 1) return;
  const entry = run.journal.entries().find(({ id }) => id === entryId);
  if (entry === undefined || (entry.versionIds.length === 0 && entry.unsure !== true)) return;
  await run.journal.update(entryId, { unsure: true });
}

/** In a bucket with versions a delete hides the object behind a marker: both are the run's to remove. */
async function noteMarker(
  run: RunContext,
  entryId: string,
  answer: { readonly DeleteMarker?: boolean | undefined; readonly VersionId?: string | undefined },
): Promise<boolean> {
  const entry = run.journal.entries().find(({ id }) => id === entryId);
  const known = entry?.versionIds ?? [];
  if (answer.VersionId === undefined || answer.DeleteMarker !== true) return known.length > 0 || entry?.unsure === true;
  run.tally.made(entry?.key ?? '', answer.VersionId);
  await run.journal.update(entryId, { versionIds: [...known, answer.VersionId] });
  return true;
}
