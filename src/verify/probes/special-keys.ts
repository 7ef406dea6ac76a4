import { putCanary, removeCanary } from '../canary.ts';
import type { Canary, CheckCalls, Probe, RunContext } from '../context.ts';
import { failed, type Outcome, wrongAnswer } from '../outcome.ts';
import { specialKey } from '../planned-call.ts';
import { readCanary } from './get-object.ts';

/**
 * Puts, lists, reads and deletes an object whose key has spaces, `+`, `&`, `%2B` and letters beyond ASCII: names of reports have them.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
 */
export const specialKeys: Probe = async (run, check, calls) => {
  const slot = `${check.prefix}#special`;
  const put = await putCanary(run, calls, { slot, prefix: check.prefix, keyOf: specialKey });
  const canary = run.state.canaries.get(slot);
  if (put.result !== 'allow' || canary === undefined) return put;
  const [read, listed] = await Promise.all([readCanary(run, calls, canary), listCanary(run, calls, canary)]);
  await removeCanary(run, calls, canary);
  if (read.result === 'deny') {
    const reading = await run.ended(check.node.replace('special-keys', 'get-object'));
    return reading?.result === 'allow' ? read : { result: 'allow', note: 'it was put; the role may not read' };
  }
  return read.result === 'allow' ? listed : read;
};

/** Asks for the keys in an encoding, as boto3 does, since XML cannot hold every character. */
async function listCanary(run: RunContext, calls: CheckCalls, canary: Canary): Promise<Outcome> {
  const list = await calls.look((s3, options) =>
    s3.listObjectsV2({ Bucket: run.target.bucket, Prefix: canary.key, MaxKeys: 1, EncodingType: 'url' }, options),
  );
  if (!list.ok) {
    // Whether the role may list at all is the question of another check.
    return list.failure.kind === 'denied'
      ? { result: 'allow', note: 'the role may not list it' }
      : failed(list.failure);
  }
  const found = (list.value.Contents ?? []).map(({ Key = '' }) => decoded(Key));
  if (found.includes(canary.key)) return { result: 'allow' };
  return wrongAnswer(
    'KeyDiffers',
    `the listing shows ${JSON.stringify(found[0] ?? 'nothing')} instead of the key that was put`,
  );
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html#API_ListObjectsV2_RequestSyntax */
function decoded(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    // Not encoded as it was asked for: shown as it came.
    return key;
  }
}
