import { NO_UPLOAD } from '../canary.ts';
import type { Probe } from '../context.ts';
import { failed } from '../outcome.ts';
import { probeKey } from '../planned-call.ts';

/**
 * Asks whether uploads in parts may be aborted, by one that does not exist: who may gets NoSuchUpload. Minimal access does not have the
 * permission, which is worth knowing and no failure. https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html
 */
export const abortMultipartUpload: Probe = async (run, check, calls) => {
  const Key = probeKey(check.prefix, run.ports.newId());
  const answer = await calls.look((s3, options) =>
    s3.abortMultipartUpload({ Bucket: run.target.bucket, Key, UploadId: NO_UPLOAD }, options),
  );
  if (answer.ok || answer.failure.code === 'NoSuchUpload') return { result: 'allow' };
  const outcome = failed(answer.failure);
  if (outcome.result !== 'deny') return outcome;
  const note =
    'minimal access cannot abort uploads in parts: what is left of one that breaks off costs money until a lifecycle rule removes it ' +
    '(AbortIncompleteMultipartUpload). Such uploads are probed with --access extended';
  return { ...outcome, note };
};
