import type { CheckCalls, Probe, RunContext } from '../context.ts';
import { failed, type Outcome, wrongAnswer } from '../outcome.ts';
import { probeKey } from '../planned-call.ts';
import { beginUpload, type Upload } from '../upload.ts';

/** See the probe of DeleteObject: the effect is looked at while the answer is on its way. */
const FIRST_LOOK_MS = 4;

/**
 * Begins an upload, sends two parts, and aborts it, as an interrupted transfer of ChannelMix's would. The parts are some bytes each: S3
 * demands 5 MiB only when an upload is completed. That is left to `--deep`. Where the bucket encrypts with KMS, a part needs kms:Decrypt.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
 */
export const multipartUpload: Probe = async (run, check, calls) => {
  const id = run.ports.newId();
  const upload = await beginUpload(run, calls, id, probeKey(check.prefix, id));
  if ('result' in upload) return upload;
  const sent = await sendParts(run, calls, upload);
  return sent.result === 'allow' ? abort(run, calls, upload) : sent;
};

const PART_NUMBERS: readonly number[] = [1, 2];

async function sendParts(run: RunContext, calls: CheckCalls, upload: Upload): Promise<Outcome> {
  const { key: Key, uploadId: UploadId } = upload;
  const parts = await Promise.all(
    PART_NUMBERS.map(async (number) => ({
      number,
      sent: await calls.write((s3, options) =>
        s3.uploadPart(
          { Bucket: run.target.bucket, Key, UploadId, PartNumber: number, Body: `run: ${run.runId}, part ${number}\n` },
          options,
        ),
      ),
    })),
  );
  const known = parts.flatMap(({ number, sent }) => {
    const etag = sent.ok ? sent.value.ETag : undefined;
    const crc32 = sent.ok ? sent.value.ChecksumCRC32 : undefined;
    return etag === undefined ? [] : [{ number, etag, ...(crc32 === undefined ? {} : { crc32 }) }];
  });
  // One part is the last one, too: with it alone the upload could be completed where it may not be aborted.
  await run.journal.update(upload.entryId, { parts: known.slice(0, 1) });
  for (const { sent } of parts) {
    if (!sent.ok) {
      const denied = sent.failure.denial?.action;
      return failed(sent.failure, denied?.startsWith('kms:') === true ? denied : 's3:PutObject');
    }
  }
  if (known.length === PART_NUMBERS.length) return { result: 'allow' };
  return wrongAnswer('NoETag', 'S3 took a part without giving its ETag');
}

async function abort(run: RunContext, calls: CheckCalls, upload: Upload): Promise<Outcome> {
  const input = { Bucket: run.target.bucket, Key: upload.key, UploadId: upload.uploadId };
  const look = () => calls.look((s3, options) => s3.listParts(input, options));
  const abortion = calls.write((s3, options) => s3.abortMultipartUpload(input, options));
  const firstLook = run.ports.sleep(FIRST_LOOK_MS, run.signal).then(look);
  const aborted = await abortion;
  // Gone at the second request: the first one did it, and its answer was lost.
  const repeated = !aborted.ok && aborted.failure.kind === 'not-found' && aborted.attempts > 1;
  if (!aborted.ok && !repeated) return failed(aborted.failure);
  let parts = await firstLook;
  if (parts.ok) parts = await look();
  // A policy that is still spreading may refuse this one call.
  if (!parts.ok && parts.failure.kind === 'denied')
    parts = await calls.read((s3, options) => s3.listParts(input, options));
  if (parts.ok && parts.value.UploadId !== upload.uploadId) {
    return wrongAnswer(
      'NoListing',
      'S3 accepted the abort, but what it answers to ListParts is no listing of this upload',
    );
  }
  if (parts.ok) return wrongAnswer('StillThere', 'S3 accepted the abort, but the upload is still there');
  run.tally.gone(upload.key, upload.uploadId);
  if (upload.sole) await run.journal.remove(upload.entryId);
  if (parts.failure.code === 'NoSuchUpload' || parts.failure.kind === 'not-found') return { result: 'allow' };
  if (parts.failure.kind === 'denied') return failed(parts.failure, 's3:ListMultipartUploadParts');
  return { result: 'allow', note: `its effect could not be seen: ${parts.failure.code}` };
}
