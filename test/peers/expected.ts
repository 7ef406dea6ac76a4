import type { AccessLevel } from '../../src/model/grant.ts';
import type { Scenario } from './scenarios.ts';
import type { Verdict } from './verdicts.ts';

/** Calls of the job (python/job.py) by the access level that allows them first. */
const MINIMAL = [
  'assume-role',
  'get-caller-identity',
  'head-bucket',
  'list-pages',
  'put-object',
  'upload-file',
  'head-object',
  'get-range',
  'download-file',
  'get-missing-object',
  'create-multipart-upload',
  'upload-part',
  'delete-object',
  'delete-objects',
  'head-deleted-object',
] as const;

const EXTENDED = [
  ...MINIMAL,
  'list-parts',
  'list-multipart-uploads',
  'abort-multipart-upload',
  'get-bucket-location',
  'put-object-with-tags',
  'put-object-tagging',
  'get-object-tagging',
  'delete-object-tagging',
];

const FULL = [
  ...EXTENDED,
  'list-other-bucket',
  'get-other-object',
  'put-other-object',
  'list-buckets',
  'list-object-versions',
  'get-bucket-policy',
  'get-bucket-acl',
  'get-bucket-versioning',
  'get-bucket-encryption',
  'get-public-access-block',
  'put-public-access-block',
  'put-bucket-encryption',
  'delete-bucket',
];

const BY_LEVEL: Readonly<Record<AccessLevel, readonly string[]>> = { minimal: MINIMAL, extended: EXTENDED, full: FULL };

/**
 * Below a prefix s3:ListBucket carries a condition on s3:prefix. A request without that key does not meet it: HeadBucket, and the question
 * whether a missing key may be called missing.
 */
const REFUSED_BELOW_PREFIX = ['head-bucket', 'get-missing-object', 'head-deleted-object'];

/** HEAD answers have no body, so clients show the status as the code. The download begins with a HEAD. */
const BY_HEAD = ['head-bucket', 'head-object', 'head-deleted-object', 'download-file'];

/** What AWS answers to each call of a scenario, in the words of `inWords`. */
export function expectedVerdict(scenario: Scenario, call: Pick<Verdict, 'call' | 'action'>): string {
  const permitted = permittedCalls(scenario);
  if (!permitted(call.call)) return refusal(scenario, call);
  const missing = (name: string): boolean => !permitted(name);
  switch (call.call) {
    case 'get-missing-object':
      return 'error NoSuchKey 404';
    case 'head-deleted-object':
      return missing('delete-object') && permitted('upload-file') ? 'allow' : 'error 404 404';
    case 'head-object':
    case 'download-file':
      return missing('upload-file') ? 'error 404 404' : 'allow';
    case 'get-range':
      return missing('upload-file') ? 'error NoSuchKey 404' : 'allow';
    case 'get-object-tagging':
    case 'put-object-tagging':
    case 'delete-object-tagging':
      return missing('put-object') ? 'error NoSuchKey 404' : 'allow';
    case 'upload-part':
    case 'list-parts':
    case 'abort-multipart-upload':
      return missing('create-multipart-upload') ? 'error NoSuchUpload 404' : 'allow';
    case 'get-bucket-policy':
      return scenario.grant.createBucket === true ? 'allow' : 'error NoSuchBucketPolicy 404';
    case 'delete-bucket':
      return 'error BucketNotEmpty 409';
    default:
      return 'allow';
  }
}

function permittedCalls({ grant, denies = [], permits = [] }: Scenario): (call: string) => boolean {
  const level = BY_LEVEL[grant.access].filter((call) => !(grant.prefixes && REFUSED_BELOW_PREFIX.includes(call)));
  const denied = denies.includes('*') ? [...denies, ...level.filter((call) => call !== 'get-caller-identity')] : denies;
  return (call) => permits.includes(call) || (level.includes(call) && !denied.includes(call));
}

function refusal(scenario: Scenario, { call, action }: Pick<Verdict, 'call' | 'action'>): string {
  if (BY_HEAD.includes(call)) return 'deny 403 403';
  // A batch is answered 200 with an error for each key that is refused.
  if (call === 'delete-objects' && scenario.refusal === undefined) return 'deny AccessDenied 200';
  const service = action.slice(0, action.indexOf(':')) as 's3' | 'sts' | 'iam';
  return `deny ${scenario.refusal?.[service] ?? 'AccessDenied'} 403`;
}
