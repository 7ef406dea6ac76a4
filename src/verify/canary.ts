import type { CallResult, S3 } from '../aws/index.ts';
import { PROBE_FOLDER } from '../model/constants.ts';
import type { CheckCalls, RunContext } from './context.ts';
import { failed, type Outcome } from './outcome.ts';

/** Metadata key of probe objects; its value is the run's id. */
export const RUN_METADATA = 'channelmix-verify';

/** How often a new key is tried when one is taken. Each has 128 random bits: a second collision means something else. */
const MAX_KEYS = 3;

/** Encryption that a put asks for; nothing: the bucket's own. */
export interface Encryption {
  readonly ServerSideEncryption: 'aws:kms';
  readonly SSEKMSKeyId: string;
}

/** What is put: a few lines that tell a finder what they are. */
function canaryBody(runId: string): string {
  return [
    'This object was written by "channelmix-s3 verify" to test access to this bucket.',
    'It is removed within seconds. If you still find it, it may be deleted.',
    `run: ${runId}`,
    '',
  ].join('\n');
}

/**
 * Puts a probe object under a new key and never over anything: `If-None-Match: *`. The journal has the key before it is sent. A taken
 * key leads to another one, unless it was this run's own put whose answer was lost.
 */
export async function putCanary(
  run: RunContext,
  calls: CheckCalls,
  slot: string,
  prefix: string,
  encryption?: Encryption,
): Promise<Outcome> {
  for (let tries = 0; tries < MAX_KEYS; tries++) {
    const id = run.ports.newId();
    const canary = { entryId: id, key: `${prefix}${PROBE_FOLDER}${id}`, body: canaryBody(run.runId) };
    await run.journal.add({ id, kind: 'object', bucket: run.target.bucket, key: canary.key });
    run.state.canaries.set(slot, canary);
    const put = await calls.write((s3, options) =>
      s3.putObject(
        {
          Bucket: run.target.bucket,
          Key: canary.key,
          Body: canary.body,
          ContentType: 'text/plain; charset=utf-8',
          IfNoneMatch: '*',
          Metadata: { [RUN_METADATA]: run.runId },
          ...encryption,
        },
        options,
      ),
    );
    if (put.ok) {
      await noteCreated(run, id, canary.key, put.value.VersionId);
      return { result: 'allow' };
    }
    if (put.failure.kind !== 'precondition') {
      // Refused at the only request, or never sent: nothing can have been made. Otherwise the cleanup looks.
      const refused = put.failure.kind === 'denied' && put.failure.attempts === 1;
      if (refused || calls.attempts() === 0) await run.journal.remove(id);
      return failed(put.failure);
    }
    const own = await ownPutWithoutAnswer(run, calls, canary.key, put);
    if (own !== undefined) {
      await noteCreated(run, id, canary.key, own.versionId, own.unsure);
      return { result: 'allow' };
    }
    await run.journal.remove(id);
  }
  run.state.canaries.delete(slot);
  return failed({
    kind: 'precondition',
    code: 'PreconditionFailed',
    message: `${MAX_KEYS} random keys in a row were taken already: the bucket does not answer as S3 does`,
    attempts: MAX_KEYS,
  });
}

async function noteCreated(
  run: RunContext,
  entryId: string,
  key: string,
  versionId: string | undefined,
  unsure = false,
): Promise<void> {
  run.tally.made(key, versionId);
  await run.journal.update(entryId, {
    state: 'created',
    versionIds: versionId === undefined || versionId === '' ? [] : [versionId],
    unsure,
  });
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
