import { createCipheriv, createHash } from 'node:crypto';
import { readObjectBody } from '../../aws/index.ts';
import { removeCanary } from '../canary.ts';
import type { Canary, CheckCalls, Probe, RunContext } from '../context.ts';
import { failed, type Outcome, wrongAnswer } from '../outcome.ts';
import { DEEP, probeKey } from '../planned-call.ts';
import { beginUpload } from '../upload.ts';

const MIB = 1024 * 1024;
const NUMBERS: readonly number[] = Array.from({ length: DEEP.parts }, (_, index) => index + 1);

/** The transfer of a run: where it went, and the hash of each part. */
interface Transfer {
  readonly canary: Canary;
  readonly hashes: readonly string[];
}

const transfers = new WeakMap<RunContext, Transfer>();

/** Bytes that do not compress and that the run's id determines: AES-CTR of zeros. */
function partBytes(runId: string, number: number): Buffer {
  const iv = Buffer.alloc(16);
  iv.writeUInt32BE(number, 0);
  const key = createHash('sha256').update(runId).digest();
  return createCipheriv('aes-256-ctr', key, iv).update(Buffer.alloc(DEEP.partBytes));
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Uploads 20 MiB in parts, as boto3 does with files of that size, and measures the throughput.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
 */
export const transferUpload: Probe = async (run, check, calls) => {
  const id = run.ports.newId();
  const key = probeKey(check.prefix, id);
  const Bucket = run.target.bucket;
  const begun = await beginUpload(run, calls, id, key);
  if ('result' in begun) return begun;
  const UploadId = begun.uploadId;
  const began = run.ports.now();
  const parts = await Promise.all(NUMBERS.map((number) => sendPart(run, calls, { Key: key, UploadId, number })));
  const seconds = (run.ports.now() - began) / 1_000;
  const failure = parts.find((part) => !part.sent.ok)?.sent;
  if (failure?.ok === false) return failed(failure.failure, failure.failure.denial?.action);
  const Parts = parts.map(({ number, sent }) => ({
    PartNumber: number,
    ETag: sent.ok ? sent.value.ETag : undefined,
    ChecksumCRC32: sent.ok ? sent.value.ChecksumCRC32 : undefined,
  }));
  await run.journal.update(id, {
    parts: Parts.map(({ PartNumber: number, ETag: etag = '', ChecksumCRC32: crc32 }) => ({
      number,
      etag,
      ...(crc32 === undefined ? {} : { crc32 }),
    })),
  });
  // From here on there may be an object instead of an upload: it has an entry of its own before that.
  const canary = { entryId: run.ports.newId(), key, body: '', nextBody: '' };
  await run.journal.add({ id: canary.entryId, kind: 'object', bucket: Bucket, key });
  const completed = await calls.write((s3, options) =>
    s3.completeMultipartUpload({ Bucket, Key: key, UploadId, MultipartUpload: { Parts } }, options),
  );
  if (!completed.ok) {
    if (completed.failure.kind === 'denied' && completed.attempts === 1) await run.journal.remove(canary.entryId);
    return failed(completed.failure, completed.failure.denial?.action);
  }
  run.tally.gone(key, UploadId);
  if (begun.sole) await run.journal.remove(id);
  const versionId = completed.value.VersionId;
  run.tally.made(key, versionId);
  await run.journal.update(canary.entryId, {
    state: 'created',
    versionIds: versionId === undefined ? [] : [versionId],
  });
  transfers.set(run, { canary, hashes: parts.map(({ hash }) => hash) });
  return { result: 'allow', mibPerSecond: throughput(seconds) };
};

async function sendPart(
  run: RunContext,
  calls: CheckCalls,
  part: { readonly Key: string; readonly UploadId: string; readonly number: number },
) {
  const { Key, UploadId, number } = part;
  const Body = partBytes(run.runId, number);
  const sent = await calls.write((s3, options) =>
    s3.uploadPart({ Bucket: run.target.bucket, Key, UploadId, PartNumber: number, Body }, options),
  );
  return { number, sent, hash: hashOf(Body) };
}

/** Reads the 20 MiB back in ranges, compares each by its hash, measures the throughput, and removes the object. */
export const transferDownload: Probe = async (run, _check, calls) => {
  const transfer = transfers.get(run);
  if (transfer === undefined) return { result: 'skipped', note: 'nothing was uploaded' };
  const began = run.ports.now();
  const outcomes = await Promise.all(
    transfer.hashes.map((hash, index) => readRange(run, calls, transfer.canary, { index, hash })),
  );
  const seconds = (run.ports.now() - began) / 1_000;
  await removeCanary(run, calls, transfer.canary);
  const bad = outcomes.find(({ result }) => result !== 'allow');
  return bad ?? { result: 'allow', mibPerSecond: throughput(seconds) };
};

async function readRange(
  run: RunContext,
  calls: CheckCalls,
  canary: Canary,
  part: { readonly index: number; readonly hash: string },
): Promise<Outcome> {
  const first = part.index * DEEP.partBytes;
  const Range = `bytes=${first}-${first + DEEP.partBytes - 1}`;
  const read = await calls.read(async (s3, options) => {
    const answer = await s3.getObject({ Bucket: run.target.bucket, Key: canary.key, Range }, options);
    return { ...answer, hash: hashOf(await readObjectBody(answer.Body, DEEP.partBytes)) };
  });
  if (!read.ok) return failed(read.failure);
  if (read.value.hash === part.hash) return { result: 'allow' };
  return wrongAnswer('ContentDiffers', `bytes ${Range.slice(6)} came back otherwise than they were put`);
}

function throughput(seconds: number): number {
  return Math.round(((DEEP.parts * DEEP.partBytes) / MIB / Math.max(seconds, 0.001)) * 100) / 100;
}
