import type { Readable } from 'node:stream';
import { type CallResult, putWithoutChecksum, type S3 } from '../aws/index.ts';
import type { Failure, FailureKind } from '../model/failure.ts';
import { bucketFactsOf, isRetentionRefusal } from './bucket-state.ts';
import type { Canary, CheckCalls, RunContext } from './context.ts';
import { failed, type Outcome } from './outcome.ts';
import { probeBody, probeKey } from './planned-call.ts';

/** Metadata key of probe objects; its value is the run's id. */
export const RUN_METADATA = 'channelmix-verify';

/** Answers to the only request after which nothing was made. */
const NOTHING_MADE: readonly FailureKind[] = ['denied', 'expired', 'credentials', 'kms', 'acl'];

/** Answers to the deletion of nothing that only those get who may delete. */
const MAY_DELETE: readonly FailureKind[] = ['not-found', 'precondition'];

/** How often a new key is tried when one is taken. Each has 128 random bits: a second collision means something else. */
const MAX_KEYS = 3;

/** Encryption that a put asks for; nothing: the bucket's own. */
export interface RequestedEncryption {
  readonly ServerSideEncryption: 'aws:kms';
  readonly SSEKMSKeyId: string;
}

/** Where a probe object goes and how it is put. */
export interface CanaryPlace {
  /** Its name in the run's state. */
  readonly slot: string;
  readonly prefix: string;
  /** The key for an id of 128 random bits; default: below the prefix, in the folder of the probes. */
  readonly keyOf?: (prefix: string, id: string) => string;
  readonly encryption?: RequestedEncryption;
}

/**
 * Puts a probe object under a new key and never over anything: `If-None-Match: *`. The journal has the key before it is sent. A taken
 * key leads to another one, unless it was this run's own put whose answer was lost. Where Object Lock would keep the object, nothing is
 * put unless the target allows it (docs/decisions/0004-object-lock.md).
 */
export async function putCanary(run: RunContext, calls: CheckCalls, place: CanaryPlace): Promise<Outcome> {
  const { retention } = await bucketFactsOf(run);
  if (retention !== undefined) run.state.locked = true;
  if (run.state.locked === true && run.target.allowLocked !== true) return lockedOut(run, calls, place);
  if (run.target.careful === true) {
    const refusal = await refusedDeletion(run, calls, place.prefix);
    if (refusal !== undefined) {
      return { result: 'skipped', note: `not put: it could not be deleted again (${refusal.code})` };
    }
  }
  const keyOf = place.keyOf ?? probeKey;
  for (let tries = 0; tries < MAX_KEYS; tries++) {
    const id = run.ports.newId();
    const key = keyOf(place.prefix, id);
    const canary = {
      entryId: id,
      key,
      body: probeBody(run.runId, 'first'),
      nextBody: probeBody(run.runId, 'again'),
    };
    await run.journal.add({ id, kind: 'object', bucket: run.target.bucket, key });
    run.state.canaries.set(place.slot, canary);
    // Another probe may have found the lock while the journal was written: S3 refuses this put, too.
    const checked = run.state.locked === true && run.target.allowLocked === true;
    const put = await sendCanary(run, calls, canary, checked, place.encryption);
    if (put.ok) {
      const { ServerSideEncryption: algorithm, SSEKMSKeyId: kmsKeyArn } = put.value;
      if (place.encryption === undefined && algorithm !== undefined) {
        run.state.encryption ??= { algorithm, ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }) };
      }
      await noteCreated(run, id, key, put.value.VersionId, put.attempts > 1);
      return { result: 'allow' };
    }
    if (!checked && isRetentionRefusal(put.failure)) {
      run.state.locked = true;
      run.state.canaries.delete(place.slot);
      await run.journal.remove(id);
      return putCanary(run, calls, place);
    }
    if (put.failure.kind !== 'precondition') {
      // Refused at the only request, or never sent: nothing can have been made. Otherwise the cleanup looks.
      const refused = NOTHING_MADE.includes(put.failure.kind) && put.failure.attempts === 1;
      if (refused || calls.attempts() === 0) await run.journal.remove(id);
      return failed(put.failure);
    }
    const own = await ownPutWithoutAnswer(run, calls, key, put);
    if (own !== undefined) {
      await noteCreated(run, id, key, own.versionId, own.unsure);
      return { result: 'allow' };
    }
    await run.journal.remove(id);
  }
  run.state.canaries.delete(place.slot);
  return failed({
    kind: 'precondition',
    code: 'PreconditionFailed',
    message: `${MAX_KEYS} random keys in a row were taken already: the bucket does not answer as S3 does`,
    attempts: MAX_KEYS,
  });
}

/** The put itself: without a checksum as long as it is not known that Object Lock would keep the object. */
function sendCanary(
  run: RunContext,
  calls: CheckCalls,
  canary: Canary,
  checked: boolean,
  encryption: RequestedEncryption | undefined,
) {
  const input = { ...canaryInput(run, canary.key, canary.body), IfNoneMatch: '*', ...encryption };
  return calls.write((s3, options) =>
    checked ? s3.putObject(input, options) : putWithoutChecksum(s3, input, options),
  );
}

/** What every put of a probe object has. */
export function canaryInput<B extends string | Readable>(run: RunContext, key: string, body: B) {
  return {
    Bucket: run.target.bucket,
    Key: key,
    Body: body,
    ContentType: 'text/plain; charset=utf-8',
    Metadata: { [RUN_METADATA]: run.runId },
  };
}

/**
 * Why deleting below a prefix is refused, or why that is not known; nothing when it is allowed. Asked once, by a delete on the condition that the object exists, of a key
 * that does not: nobody's object and no delete marker can come of it.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
 */
function refusedDeletion(run: RunContext, calls: CheckCalls, prefix: string): Promise<Failure | undefined> {
  run.state.refusedDeletions ??= new Map();
  const known = run.state.refusedDeletions.get(prefix);
  if (known !== undefined) return known;
  const key = probeKey(prefix, run.ports.newId());
  const asking = calls
    .read((s3, options) => deleteNothing(s3, run.target.bucket, key, options))
    .then((answer) => (answer.ok || MAY_DELETE.includes(answer.failure.kind) ? undefined : answer.failure));
  run.state.refusedDeletions.set(prefix, asking);
  return asking;
}

/** Deletes a key that does not exist, on the condition that it does: takes s3:DeleteObject, and who may gets NoSuchKey. */
export function deleteNothing(
  s3: S3,
  bucket: string,
  key: string,
  options: { readonly abortSignal: AbortSignal },
): Promise<unknown> {
  return s3.deleteObject({ Bucket: bucket, Key: key, IfMatch: '*' }, options);
}

/**
 * Where an object would be kept, the permission is asked for by a part of an upload that does not exist, which S3 does not keep. The
 * answer tells who is refused; whether the put itself works stays open.
 */
async function lockedOut(run: RunContext, calls: CheckCalls, place: CanaryPlace): Promise<Outcome> {
  const key = (place.keyOf ?? probeKey)(place.prefix, run.ports.newId());
  const { retention } = await bucketFactsOf(run);
  const part = await calls.read((s3, options) => uploadPartOfNothing(s3, run.target.bucket, key, options));
  if (!part.ok && part.failure.kind === 'denied') return failed(part.failure);
  const asked = !part.ok && part.failure.code === 'NoSuchUpload' ? '; s3:PutObject itself is allowed' : '';
  const time = retention === undefined ? 'the time that its default retention says' : retention.period;
  return {
    result: 'skipped',
    note: `not put: Object Lock would keep it for ${time}${asked}. --allow-locked puts it all the same`,
  };
}

/**
 * Sends a part to an upload that does not exist: takes s3:PutObject, and nothing is stored. Who may not is refused, who may gets
 * NoSuchUpload. https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html
 */
export function uploadPartOfNothing(
  s3: S3,
  bucket: string,
  key: string,
  options: { readonly abortSignal: AbortSignal },
): Promise<unknown> {
  return s3.uploadPart({ Bucket: bucket, Key: key, UploadId: NO_UPLOAD, PartNumber: 1, Body: 'x' }, options);
}

/** An upload id that S3 never gave. */
export const NO_UPLOAD = 'channelmix-verify-no-such-upload';

/**
 * Notes in journal and tally that a version of a probe object was made; `unsure`: there may be more of them, or will be, since a request
 * whose answer was lost may still arrive.
 */
export async function noteCreated(
  run: RunContext,
  entryId: string,
  key: string,
  versionId: string | undefined,
  unsure = false,
): Promise<void> {
  run.tally.made(key, versionId);
  const entry = run.journal.entries().find(({ id }) => id === entryId);
  const known = entry?.versionIds ?? [];
  await run.journal.update(entryId, {
    state: 'created',
    versionIds: versionId === undefined || versionId === '' ? known : [...known, versionId],
    unsure: unsure || entry?.unsure === true,
  });
}

/**
 * Removes a probe object for good as soon as its probe is done with it: by its versions where the bucket keeps them. What does not go,
 * the cleanup tries again, and lists.
 */
export async function removeCanary(run: RunContext, calls: CheckCalls, canary: Canary): Promise<void> {
  const entry = run.journal.entries().find(({ id }) => id === canary.entryId);
  if (entry === undefined || entry.unsure === true) return;
  const versions = entry.versionIds.length === 0 ? [undefined] : entry.versionIds;
  const deletions = await Promise.all(
    versions.map((VersionId) =>
      calls.look((s3, options) =>
        s3.deleteObject(
          { Bucket: entry.bucket, Key: entry.key, ...(VersionId === undefined ? {} : { VersionId }) },
          options,
        ),
      ),
    ),
  );
  if (!deletions.every((one) => one.ok)) return;
  // In a bucket with suspended versioning the put's answer names no version, either, and the delete makes a marker.
  const marker = deletions.flatMap((one) =>
    one.ok && one.value.DeleteMarker === true ? (one.value.VersionId ?? []) : [],
  );
  if (entry.versionIds.length === 0 && marker.length > 0) {
    for (const versionId of marker) run.tally.made(entry.key, versionId);
    await run.journal.update(entry.id, { versionIds: marker, unsure: true });
    return;
  }
  for (const versionId of versions) run.tally.gone(entry.key, versionId);
  await run.journal.remove(entry.id);
}

/**
 * After "412, the key exists": whether the object is this run's, put by a request whose answer was lost. The metadata tells; where the
 * role may not read it, a repeated request for a key with 128 random bits does.
 */
async function ownPutWithoutAnswer(
  run: RunContext,
  calls: CheckCalls,
  key: string,
  put: CallResult<unknown>,
): Promise<{ readonly versionId: string | undefined; readonly unsure: boolean } | undefined> {
  const head = await calls.look((s3, options) => s3.headObject({ Bucket: run.target.bucket, Key: key }, options));
  if (head.ok) {
    const own = head.value.Metadata?.[RUN_METADATA] === run.runId;
    return own ? { versionId: head.value.VersionId, unsure: false } : undefined;
  }
  return put.attempts > 1 ? { versionId: undefined, unsure: true } : undefined;
}

/** Whether an object is there now. `gone` is proven: by a listing, by a 404, or by the 403 that replaces it for those who may read but not list. */
export async function presence(
  look: <T>(send: (s3: S3, options: { readonly abortSignal: AbortSignal }) => Promise<T>) => Promise<CallResult<T>>,
  object: { readonly bucket: string; readonly key: string },
  can: { readonly list: boolean; readonly get: boolean },
): Promise<'there' | 'gone' | 'unknown'> {
  const { bucket, key } = object;
  if (can.list) {
    const list = await look((s3, options) => s3.listObjectsV2({ Bucket: bucket, Prefix: key, MaxKeys: 1 }, options));
    if (list.ok && list.value.Name !== bucket) return 'unknown';
    if (list.ok) return (list.value.Contents ?? []).some((item) => item.Key === key) ? 'there' : 'gone';
    if (list.failure.kind !== 'denied') return 'unknown';
  }
  const head = await look((s3, options) => s3.headObject({ Bucket: bucket, Key: key }, options));
  if (head.ok) return 'there';
  if (head.failure.kind === 'not-found') return 'gone';
  return head.failure.kind === 'denied' && can.get ? 'gone' : 'unknown';
}
