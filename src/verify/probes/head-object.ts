import { RUN_METADATA } from '../canary.ts';
import type { Probe } from '../context.ts';
import { failed, wrongAnswer } from '../outcome.ts';

/** Asks for the probe object's size and metadata. https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
export const headObject: Probe = async (run, check, calls) => {
  const canary = run.state.canaries.get(check.prefix);
  if (canary === undefined) return { result: 'skipped', note: 'nothing was put' };
  const head = await calls.read((s3, options) =>
    s3.headObject({ Bucket: run.target.bucket, Key: canary.key }, options),
  );
  if (!head.ok) return failed(head.failure);
  const { ContentLength, Metadata } = head.value;
  if (ContentLength === Buffer.byteLength(canary.body) && Metadata?.[RUN_METADATA] === run.runId) {
    return { result: 'allow' };
  }
  return wrongAnswer('ObjectDiffers', `S3 describes another object: ${ContentLength ?? 'no'} bytes`);
};
