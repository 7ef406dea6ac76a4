import { RUN_METADATA } from './canary.ts';
import type { CheckCalls, RunContext } from './context.ts';
import { failed, type Outcome, wrongAnswer } from './outcome.ts';

/** An upload in parts that the run has begun. */
export interface Upload {
  readonly entryId: string;
  readonly key: string;
  readonly uploadId: string;
  /** Begun by a single request: a repeated one may have begun a second upload, of which only the cleanup's listing knows. */
  readonly sole: boolean;
}

/**
 * Begins an upload in parts. The journal has it before it is sent.
 *
 * @param id of the journal's entry
 * @returns the upload; how it ended where there is none
 */
export async function beginUpload(
  run: RunContext,
  calls: CheckCalls,
  id: string,
  key: string,
): Promise<Upload | Outcome> {
  const bucket = run.target.bucket;
  await run.journal.add({ id, kind: 'upload', bucket, key });
  const begun = await calls.write((s3, options) =>
    s3.createMultipartUpload(
      // The SDK sends each part with a CRC32; S3 refuses that where the upload did not announce it.
      { Bucket: bucket, Key: key, Metadata: { [RUN_METADATA]: run.runId }, ChecksumAlgorithm: 'CRC32' },
      options,
    ),
  );
  if (!begun.ok) {
    if (begun.failure.kind === 'denied' && begun.attempts === 1) await run.journal.remove(id);
    return failed(begun.failure, 's3:PutObject');
  }
  const uploadId = begun.value.UploadId;
  if (uploadId === undefined) return wrongAnswer('NoUploadId', 'S3 began an upload without an id');
  const sole = begun.attempts === 1;
  run.tally.made(key, uploadId);
  await run.journal.update(id, { state: 'created', uploadId, sole });
  return { entryId: id, key, uploadId, sole };
}
