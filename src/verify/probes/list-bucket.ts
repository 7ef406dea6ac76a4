import type { Probe } from '../context.ts';
import { failed, wrongAnswer } from '../outcome.ts';

/** Lists one key below the prefix. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export const listBucket: Probe = async (run, check, calls) => {
  const list = await calls.read((s3, options) =>
    s3.listObjectsV2(
      { Bucket: run.target.bucket, MaxKeys: 1, ...(check.prefix === '' ? {} : { Prefix: check.prefix }) },
      options,
    ),
  );
  if (!list.ok) return failed(list.failure);
  if (list.value.Name === run.target.bucket) return { result: 'allow' };
  return wrongAnswer('NoListing', 'the answer is not a listing of this bucket');
};
