import type { CallResult, S3 } from '../../aws/index.ts';
import { deleteNothing, uploadPartOfNothing } from '../canary.ts';
import type { Probe } from '../context.ts';
import { failed, type Outcome, wrongAnswer } from '../outcome.ts';
import type { PlannedCheck } from '../plan.ts';
import { probeKey } from '../planned-call.ts';
import { assumeRoleAsThirdParty } from './assume-role.ts';

type Options = { readonly abortSignal: AbortSignal };

/** Calls that must be refused. Each only reads, or stores nothing, so that nothing is harmed where it succeeds. */
const CALLS: Readonly<Record<string, (s3: S3, check: PlannedCheck, id: string, options: Options) => Promise<unknown>>> =
  {
    's3:ListAllMyBuckets': (s3, _check, _id, options) => s3.listBuckets({ MaxBuckets: 1 }, options),
    's3:GetBucketPolicy': (s3, check, _id, options) => s3.getBucketPolicy({ Bucket: bucketOf(check) }, options),
    's3:ListBucket': (s3, check, _id, options) => s3.listObjectsV2({ Bucket: bucketOf(check), MaxKeys: 1 }, options),
    's3:GetBucketAcl': (s3, check, _id, options) => s3.getBucketAcl({ Bucket: bucketOf(check) }, options),
    's3:GetLifecycleConfiguration': (s3, check, _id, options) =>
      s3.getBucketLifecycleConfiguration({ Bucket: bucketOf(check) }, options),
    's3:GetObject': (s3, check, id, options) =>
      s3.getObject({ Bucket: bucketOf(check), Key: probeKey('', id) }, options),
    's3:DeleteObject': (s3, check, id, options) => deleteNothing(s3, bucketOf(check), probeKey('', id), options),
    's3:PutObject': (s3, check, id, options) => uploadPartOfNothing(s3, bucketOf(check), probeKey('', id), options),
  };

type Answer = Readonly<Record<string, unknown>> & { readonly $metadata?: { readonly httpStatusCode?: number } };

/**
 * What S3's answer has where a call was allowed: an empty answer, or a proxy's page, would be read as one of S3's and be taken for access
 * that nobody has. What does not exist is never answered with success.
 */
const IS_ANSWER: Readonly<Record<string, (answer: Answer) => boolean>> = {
  's3:ListAllMyBuckets': ({ Buckets, Owner }) => (Buckets ?? Owner) !== undefined,
  // The policy is the whole body, whatever that is.
  's3:GetBucketPolicy': ({ Policy }) => typeof Policy === 'string' && Policy.trimStart().startsWith('{'),
  's3:ListBucket': ({ Name }) => Name !== undefined,
  's3:GetBucketAcl': ({ Grants, Owner }) => (Grants ?? Owner) !== undefined,
  's3:GetLifecycleConfiguration': ({ Rules }) => Rules !== undefined,
  's3:GetObject': () => false,
  's3:PutObject': () => false,
  's3:DeleteObject': ({ $metadata }) => $metadata?.httpStatusCode === 204,
};

const STILL_SPREADING = 'it was allowed some seconds before: a change in IAM that was still spreading';
/** Between two questions about a call that is still allowed. */
const NEXT_LOOK_MS = 2_000;

/**
 * Makes one call that the access level does not need. A permission that was taken away a moment ago is still given by some of IAM's servers:
 * what is allowed is asked again, until two answers in a row say the same.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
 */
export const denied: Probe = async (run, check, calls) => {
  if (check.action === 'sts:AssumeRole') return assumeRoleAsThirdParty(run, check, calls);
  const call = CALLS[check.action];
  if (call === undefined) throw new Error(`no call is known for ${check.action}`);
  const ask = async () =>
    readRefusal(check, await calls.read((s3, options) => call(s3, check, run.ports.newId(), options)));
  let last = await ask();
  if (last.result !== 'allow') return last;
  const until = run.ports.now() + run.waitMs;
  while (run.ports.now() + NEXT_LOOK_MS <= until) {
    await run.ports.sleep(NEXT_LOOK_MS, run.signal);
    if (run.signal.aborted) return last;
    const next = await ask();
    if (next.result === last.result) return next.result === 'deny' ? { ...next, note: STILL_SPREADING } : next;
    last = next;
  }
  return last;
};

/**
 * What the answer to a call that must be refused means. Answers that mean that it was allowed though it failed: there is no such policy, rule or upload; the policy is the bucket owner's, and the role of
 * another account may ask for it (405, https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html); there is no such key.
 * Without s3:ListBucket the missing key is hidden behind a refusal that names that action.
 */
export function readRefusal(check: PlannedCheck, answer: CallResult<unknown>): Outcome {
  if (answer.ok) {
    if (IS_ANSWER[check.action]?.(answer.value as Answer) === true) return { result: 'allow' };
    return wrongAnswer('NoAnswer', `a success, and nothing in it that S3 answers to ${check.action}`);
  }
  const { kind, code, denial, requestId } = answer.failure;
  if (check.action === 's3:GetBucketPolicy' && requestId !== undefined) {
    if (code === 'NoSuchBucketPolicy' || code === 'MethodNotAllowed') return { result: 'allow' };
  }
  if (check.action === 's3:GetLifecycleConfiguration' && code === 'NoSuchLifecycleConfiguration') {
    return { result: 'allow' };
  }
  if (check.action === 's3:DeleteObject' && code === 'NotImplemented') {
    return { result: 'skipped', note: 'this store does not know deletes with a condition', absent: true };
  }
  if (check.action === 's3:PutObject' && code === 'NoSuchUpload') return { result: 'allow' };
  if (check.action === 's3:GetObject' || check.action === 's3:DeleteObject') {
    if ((kind === 'not-found' && code !== 'NoSuchBucket') || (kind === 'denied' && denial?.action === 's3:ListBucket'))
      return { result: 'allow' };
  }
  return failed(answer.failure);
}

function bucketOf(check: PlannedCheck): string {
  const name = check.resource.split(':::')[1] ?? '';
  return name.split('/')[0] ?? '';
}
