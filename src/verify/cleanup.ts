import { type AwsClients, type AwsCredentials, type CallResult, callAws, type S3 } from '../aws/index.ts';
import { probeVersionsRemedy } from '../diagnose/index.ts';
import type { Cleanup, Leftover } from '../model/check.ts';
import type { Failure } from '../model/failure.ts';
import { presence, RUN_METADATA } from './canary.ts';
import { lookOfRun } from './cleanup-calls.ts';
import { awsCommand } from './commands.ts';
import type { RunContext } from './context.ts';
import { type JournalEntry, unstoppable } from './journal.ts';
import { leftovers, reasonOf, uploadLeft, versionLeft } from './leftovers.ts';
import { createLimiter, MAX_REQUESTS } from './limiter.ts';

/** How often the cleanup tries, each time with the retries of its client; the pauses between in milliseconds. */
const PAUSES_MS: readonly number[] = [300, 1_200];
/** The whole cleanup's time. */
const LIMIT_MS = 30_000;
/** After an interrupt the user waits: from then on everything together takes no longer, the cleanup never less. */
const INTERRUPTED_MS = { all: 9_000, least: 4_000 } as const;
/** A put whose connection broke may still arrive: the cleanup looks a second time after this. */
const LATE_ARRIVAL_MS = 400;
/** The same where a later request put the object or began the upload: the lost one is given so long before the cleanup removes anything. */
const LATER_ARRIVAL_MS = 1_000;

/** Makes a call of the cleanup: once for each try, with the retries of its client. */
export type Look = <T>(
  send: (s3: S3, options: { readonly abortSignal: AbortSignal }) => Promise<T>,
) => Promise<CallResult<T>>;

/** What removing needs of a run; `sweep` has it of runs that are no more. */
export type Remover = Pick<RunContext, 'journal' | 'tally' | 'runId'> & {
  readonly ports: Pick<RunContext['ports'], 'sleep'>;
};

/** The end of one entry: nothing of it is left, or this is; `again` when another try may help. */
export interface Removal {
  readonly left: readonly Leftover[];
  readonly again: boolean;
}

/** Nothing is left. */
export const GONE: Removal = { left: [], again: false };

/**
 * Removes everything that stands in the journal, with clients and a retry budget of its own, since a bad run has spent the probes'.
 *
 * @param interruptedMs how long ago the user interrupted: then there is less time
 * @param stop aborted by a second interrupt: stops at once and says what is left
 * @param unwritten told when the journal cannot be written, as on a full disk: that stops no removal
 */
export async function cleanUp(
  started: RunContext,
  interruptedMs: number | undefined,
  stop: AbortSignal,
  unwritten: (error: unknown) => void,
): Promise<Cleanup> {
  const run = { ...started, journal: unstoppable(started.journal, unwritten) };
  const entries = run.journal.entries();
  if (entries.length === 0) return summary(run, []);
  run.emit({ type: 'cleanup', entries: entries.length });
  const limitMs = cleanupLimit(interruptedMs);
  const signal = AbortSignal.any([stop, AbortSignal.timeout(limitMs)]);
  const region = run.state.region === undefined ? {} : { region: run.state.region };
  const lookAs = (credentials: AwsCredentials | undefined) =>
    lookWith(run.ports.clients({ ...region, ...(credentials === undefined ? {} : { credentials }) }), signal);
  const look = lookOfRun(run, lookAs, signal);
  const left = await Promise.all(entries.map((entry) => removeEntry(run, entry.id, look, signal)));
  return summary(run, left.flat());
}

/** Milliseconds that a cleanup may take. */
export function cleanupLimit(interruptedMs: number | undefined): number {
  if (interruptedMs === undefined) return LIMIT_MS;
  return Math.ceil(Math.max(INTERRUPTED_MS.least, INTERRUPTED_MS.all - interruptedMs));
}

function summary(run: RunContext, left: readonly Leftover[]): Cleanup {
  // Full access may remove versions: where it is refused, something denies, and an allow more would not help.
  const versions = left.some(({ versionId, reason }) => versionId !== undefined && reason === 'refused');
  const remedy = versions && run.target.access !== 'full' ? probeVersionsRemedy(run.target) : undefined;
  return { ...run.tally.counts(), left, ...(remedy === undefined ? {} : { remedy }) };
}

/** Calls of a cleanup by these clients. */
export function lookWith(clients: AwsClients, signal: AbortSignal): Look {
  const limit = createLimiter(MAX_REQUESTS);
  return async (send) => {
    const s3 = await clients.s3();
    return limit(() => callAws((options) => send(s3, options), { signal, host: clients.host, limitMs: 15_000 }));
  };
}

function removeEntry(run: RunContext, id: string, look: Look, signal: AbortSignal): Promise<readonly Leftover[]> {
  return tryRepeatedly(run, id, signal, async (entry) => {
    if (entry.kind === 'object') return removeObject(run, entry, look, signal);
    // Begun by more than one request.
    if (entry.uploadId !== undefined && entry.sole !== true) await run.ports.sleep(LATER_ARRIVAL_MS, signal);
    return removeUpload(run, entry, look);
  });
}

/** Removes what an entry stands for, in several tries; the entry goes when nothing is left of it. */
export async function tryRepeatedly(
  run: Remover,
  id: string,
  signal: AbortSignal,
  remove: (entry: JournalEntry) => Promise<Removal>,
): Promise<readonly Leftover[]> {
  let removal = GONE;
  for (let tries = 0; tries <= PAUSES_MS.length; tries++) {
    const entry = run.journal.entries().find((item) => item.id === id);
    if (entry === undefined) return [];
    removal = signal.aborted ? { left: leftovers(entry), again: false } : await remove(entry);
    if (removal.left.length === 0) await run.journal.remove(id);
    const pause = PAUSES_MS[tries];
    if (!removal.again || pause === undefined) break;
    await run.ports.sleep(pause, signal);
  }
  if (removal.left.length > 0 && removal.left.every(({ reason }) => reason === 'refused' || reason === 'mfa-delete')) {
    await run.journal.update(id, { refused: true });
  }
  return removal.left;
}

async function removeObject(run: RunContext, entry: JournalEntry, look: Look, signal: AbortSignal): Promise<Removal> {
  const known = entry.state === 'created' ? entry : await findObject(run, entry, look, signal);
  if (known === 'absent') return GONE;
  if (known === 'unknown') return { left: leftovers(entry, 'unsure'), again: true };
  if (known.unsure === true) await run.ports.sleep(LATER_ARRIVAL_MS, signal);
  if (known.versionIds.length > 0) return removeVersions(run, known, look);
  const deleted = await look((s3, options) => s3.deleteObject({ Bucket: known.bucket, Key: known.key }, options));
  if (!deleted.ok) return undeleted(run, known, deleted.failure, look);
  const marker = deleted.value.DeleteMarker === true ? deleted.value.VersionId : undefined;
  if (marker !== undefined) {
    // A bucket with versions after all: the put's answer was lost, and with it the version.
    run.tally.made(known.key, marker);
    await run.journal.update(known.id, { versionIds: [marker], unsure: true });
    return removeVersions(run, { ...known, versionIds: [marker], unsure: true }, look);
  }
  const now = await presence(look, known, { list: true, get: true });
  if (now === 'there') return { left: leftovers(known), again: true };
  run.tally.gone(known.key);
  return GONE;
}

/** What is left after a delete that failed. Where nobody said that it was refused, it may have made a marker: by its id it can be removed. */
async function undeleted(run: RunContext, entry: JournalEntry, failure: Failure, look: Look): Promise<Removal> {
  const reason = reasonOf(failure);
  if (failure.kind === 'denied') return { left: leftovers(entry, reason), again: false };
  const { versionIds } = await listVersions(run, entry, look);
  if (versionIds.length > 0) await run.journal.update(entry.id, { versionIds, unsure: true });
  return { left: leftovers({ ...entry, versionIds }, reason), again: true };
}

/** Whether an object whose put was not answered exists, and is the run's. */
async function findObject(
  run: RunContext,
  entry: JournalEntry,
  look: Look,
  signal: AbortSignal,
): Promise<JournalEntry | 'absent' | 'unknown'> {
  for (let tries = 0; ; tries++) {
    const head = await look((s3, options) => s3.headObject({ Bucket: entry.bucket, Key: entry.key }, options));
    if (head.ok) {
      if (head.value.Metadata?.[RUN_METADATA] !== run.runId) return 'absent';
      const versionId = head.value.VersionId;
      const found = { state: 'created', versionIds: versionId === undefined ? [] : [versionId] } as const;
      run.tally.made(entry.key, versionId);
      await run.journal.update(entry.id, found);
      return { ...entry, ...found };
    }
    if (head.failure.kind !== 'not-found' && head.failure.kind !== 'denied') return 'unknown';
    if (head.failure.kind === 'denied') {
      const now = await presence(look, entry, { list: true, get: false });
      if (now === 'unknown') return 'unknown';
      if (now === 'there') {
        run.tally.made(entry.key);
        await run.journal.update(entry.id, { state: 'created' });
        return { ...entry, state: 'created' };
      }
    }
    if (tries > 0) return 'absent';
    await run.ports.sleep(LATE_ARRIVAL_MS, signal);
  }
}

/** Removes versions and markers by their ids, which takes s3:DeleteObjectVersion: minimal and extended access do not have it. */
export async function removeVersions(run: Remover, entry: JournalEntry, look: Look): Promise<Removal> {
  const { bucket: Bucket, key: Key } = entry;
  const listed = entry.unsure === true ? await listVersions(run, entry, look) : undefined;
  const versions = [...new Set([...entry.versionIds, ...(listed?.versionIds ?? [])])];
  const results = await Promise.all(
    versions.map(async (VersionId) => ({
      VersionId,
      answer: await look((s3, options) => s3.deleteObject({ Bucket, Key, VersionId }, options)),
    })),
  );
  const kept = results.filter(({ answer }) => !answer.ok && answer.failure.kind !== 'not-found');
  for (const result of results) if (!kept.includes(result)) run.tally.gone(Key, result.VersionId);
  const versionIds = kept.map(({ VersionId }) => VersionId);
  await run.journal.update(entry.id, { versionIds });
  const again = kept.some(({ answer }) => !answer.ok && answer.failure.kind !== 'denied') || listed?.again === true;
  const left = kept.map(({ VersionId, answer }) =>
    versionLeft(entry, VersionId, answer.ok ? 'failed' : reasonOf(answer.failure)),
  );
  return { left: [...left, ...(listed?.left ?? [])], again };
}

/** The versions and markers of the probe's key, of which some may be unknown; takes s3:ListBucketVersions. */
async function listVersions(
  run: Remover,
  entry: JournalEntry,
  look: Look,
): Promise<Removal & { versionIds: string[] }> {
  const { bucket: Bucket, key: Key } = entry;
  const listed = await look((s3, options) => s3.listObjectVersions({ Bucket, Prefix: Key }, options));
  if (listed.ok) {
    const all = [...(listed.value.Versions ?? []), ...(listed.value.DeleteMarkers ?? [])];
    const versionIds = all.filter((one) => one.Key === Key).flatMap(({ VersionId }) => VersionId ?? []);
    for (const id of versionIds) run.tally.made(Key, id);
    return { left: [], again: false, versionIds };
  }
  const command = awsCommand('s3api', 'list-object-versions', '--bucket', Bucket, '--prefix', Key);
  const what = `may be there: versions or delete markers of s3://${Bucket}/${Key}`;
  return {
    left: [{ kind: 'object', what, command, reason: 'unsure' }],
    again: listed.failure.kind !== 'denied',
    versionIds: [],
  };
}

/** Aborts the uploads to the entry's key: nobody else knows it. */
export async function removeUpload(run: Remover, entry: JournalEntry, look: Look): Promise<Removal> {
  const { bucket: Bucket, key: Key } = entry;
  if (entry.sole === true && entry.uploadId !== undefined) return endUpload(run, entry, entry.uploadId, look);
  const listed = await look((s3, options) => s3.listMultipartUploads({ Bucket, Prefix: Key }, options));
  const uploads = listed.ok ? (listed.value.Uploads ?? []).filter((upload) => upload.Key === Key) : [];
  const found = uploads.flatMap(({ UploadId }) => UploadId ?? []);
  // The listing may show more than the one that was answered: begun by requests whose answer was lost.
  for (const id of found) run.tally.made(Key, id);
  const known = listed.ok ? found : [entry.uploadId ?? []].flat();
  const removals = await Promise.all(known.map((id) => endUpload(run, entry, id, look)));
  const unlisted = listed.ok
    ? []
    : [{ left: [uploadLeft(entry, undefined, 'unsure')], again: listed.failure.kind !== 'denied' }];
  const all = [...removals, ...unlisted];
  return { left: all.flatMap(({ left }) => left), again: all.some(({ again }) => again) };
}

/** Aborts an upload; where that is not allowed, completes it and deletes the object. */
async function endUpload(run: Remover, entry: JournalEntry, UploadId: string, look: Look): Promise<Removal> {
  const { bucket: Bucket, key: Key } = entry;
  const aborted = await look((s3, options) => s3.abortMultipartUpload({ Bucket, Key, UploadId }, options));
  if (aborted.ok || aborted.failure.kind === 'not-found') {
    if (aborted.ok || aborted.attempts > 1) run.tally.gone(Key, UploadId);
    return GONE;
  }
  const parts = entry.uploadId === UploadId ? (entry.parts ?? []) : [];
  if (aborted.failure.kind !== 'denied' || parts.length === 0) {
    return { left: [uploadLeft(entry, UploadId, reasonOf(aborted.failure))], again: aborted.failure.kind !== 'denied' };
  }
  const completed = await look((s3, options) =>
    s3.completeMultipartUpload(
      {
        Bucket,
        Key,
        UploadId,
        MultipartUpload: {
          Parts: parts.map(({ number, etag, crc32 }) => ({ PartNumber: number, ETag: etag, ChecksumCRC32: crc32 })),
        },
      },
      options,
    ),
  );
  if (!completed.ok)
    return {
      left: [uploadLeft(entry, UploadId, reasonOf(completed.failure))],
      again: completed.failure.kind !== 'denied',
    };
  const { VersionId } = completed.value;
  const deleted = await look((s3, options) =>
    s3.deleteObject({ Bucket, Key, ...(VersionId === undefined ? {} : { VersionId }) }, options),
  );
  if (!deleted.ok) return { left: [versionLeft(entry, VersionId, reasonOf(deleted.failure))], again: false };
  run.tally.gone(Key, UploadId);
  return GONE;
}
