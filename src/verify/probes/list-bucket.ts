import type { Probe } from '../context.ts';
import { failed } from '../outcome.ts';

/** Lists one key below the prefix. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export const listBucket: Probe = async (run, check, calls) => {
  const list = await calls.read((s3, options) =>
    s3.listObjectsV2(
      { Bucket: run.target.bucket, MaxKeys: 1, ...(check.prefix === '' ? {} : { Prefix: check.prefix }) },
      options,
    ),
  );
  return list.ok ? { result: 'allow' } : failed(list.failure);
};
