import { PROBE_FOLDER } from '../../model/constants.ts';
import type { CheckCalls, Probe, RunContext } from '../context.ts';
import { failed, type Outcome, wrongAnswer } from '../outcome.ts';

/**
 * Lists one key below the prefix; where the whole bucket is given, once without a prefix and once with one: policies can tell them apart.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
export const listBucket: Probe = async (run, check, calls) => {
  if (check.prefix !== '') return list(run, calls, check.prefix);
  if (run.probes === 'essential') return list(run, calls, undefined);
  const [whole, folder] = await Promise.all([list(run, calls, undefined), list(run, calls, PROBE_FOLDER)]);
  if (whole.result === folder.result || whole.result !== 'allow') {
    const only = whole.result === 'deny' && folder.result === 'allow';
    return only ? { ...whole, note: 'listing a folder is allowed: a condition on s3:prefix limits it' } : whole;
  }
  return 'failure' in folder ? { ...folder, note: 'listing without a prefix is allowed' } : folder;
};

async function list(run: RunContext, calls: CheckCalls, prefix: string | undefined): Promise<Outcome> {
  const answer = await calls.read((s3, options) =>
    s3.listObjectsV2(
      { Bucket: run.target.bucket, MaxKeys: 1, ...(prefix === undefined ? {} : { Prefix: prefix }) },
      options,
    ),
  );
  if (!answer.ok) return failed(answer.failure);
  if (answer.value.Name === run.target.bucket) return { result: 'allow' };
  return wrongAnswer('NoListing', 'the answer is not a listing of this bucket');
}
