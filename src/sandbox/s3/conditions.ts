import type { RequestContext } from '../../model/decision.ts';
import type { ServiceCall } from './call.ts';
import type { Bucket, Tags } from './store/types.ts';

/** Facts for the condition keys that do not stand in the request's headers and query. */
export interface ConditionFacts {
  readonly requestTags?: Tags | undefined;
  readonly existingTags?: Tags | undefined;
  readonly versionId?: string | undefined;
  readonly locationConstraint?: string | undefined;
  /** The object's data key comes from the bucket key. */
  readonly usesBucketKey?: boolean | undefined;
  /** Retention and legal hold that stand in the body. */
  readonly lock?:
    | { readonly mode: string | undefined; readonly until: string | undefined; readonly hold: string | undefined }
    | undefined;
}

/** Headers that are condition keys under their own name. */
const HEADER_KEYS: readonly string[] = [
  'x-amz-acl',
  'x-amz-copy-source',
  'x-amz-grant-full-control',
  'x-amz-grant-read',
  'x-amz-grant-read-acp',
  'x-amz-grant-write',
  'x-amz-grant-write-acp',
  'x-amz-metadata-directive',
  'x-amz-object-ownership',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-server-side-encryption-customer-algorithm',
  'x-amz-storage-class',
  'x-amz-website-redirect-location',
];

const LISTINGS = new Set(['ListObjects', 'ListObjectsV2', 'ListObjectVersions']);
const LISTING_PARAMETERS: readonly string[] = ['prefix', 'delimiter', 'max-keys'];

/** Requests that make an object, and requests of a multipart upload that do not yet. */
const CREATES_OBJECT: Readonly<Record<string, boolean>> = {
  PutObject: true,
  CopyObject: true,
  CompleteMultipartUpload: true,
  CreateMultipartUpload: false,
  UploadPart: false,
  UploadPartCopy: false,
};

const DAY = 86_400_000;

function objectLockKeys(
  call: ServiceCall,
  lock: ConditionFacts['lock'],
  keys: Record<string, string | readonly string[]>,
): void {
  const { headers } = call.request;
  const mode = lock?.mode ?? headers['x-amz-object-lock-mode'];
  const until = lock?.until ?? headers['x-amz-object-lock-retain-until-date'];
  const hold = lock?.hold ?? headers['x-amz-object-lock-legal-hold'];
  if (mode !== undefined) keys['s3:object-lock-mode'] = mode;
  if (hold !== undefined) keys['s3:object-lock-legal-hold'] = hold;
  if (until === undefined) return;
  keys['s3:object-lock-retain-until-date'] = until;
  const days = Math.ceil((Date.parse(until) - call.context.now().getTime()) / DAY);
  if (Number.isFinite(days)) keys['s3:object-lock-remaining-retention-days'] = String(days);
}

/**
 * Condition keys of S3 for one request, beside the global ones and those of the signature, which the pipeline knows.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html#amazons3-policy-keys
 */
export function conditionKeys(
  call: ServiceCall,
  bucket: Bucket | undefined,
  facts: ConditionFacts = {},
): RequestContext {
  const keys: Record<string, string | readonly string[]> = {};
  const { headers } = call.request;
  if (bucket !== undefined) keys['s3:ResourceAccount'] = bucket.account;
  for (const name of HEADER_KEYS) {
    const value = headers[name];
    if (value !== undefined) keys[`s3:${name}`] = value;
  }
  objectLockKeys(call, facts.lock, keys);
  if (LISTINGS.has(call.operation)) {
    for (const name of LISTING_PARAMETERS) {
      const value = call.query.get(name);
      if (value !== undefined) keys[`s3:${name}`] = value;
    }
  }
  const creates = CREATES_OBJECT[call.operation];
  if (creates !== undefined) {
    keys['s3:ObjectCreationOperation'] = String(creates);
    if (headers['if-match'] !== undefined) keys['s3:if-match'] = headers['if-match'];
    if (headers['if-none-match'] !== undefined) keys['s3:if-none-match'] = headers['if-none-match'];
  }
  const versionId = facts.versionId ?? call.query.get('versionId');
  if (versionId !== undefined) keys['s3:VersionId'] = versionId;
  if (facts.locationConstraint !== undefined) keys['s3:LocationConstraint'] = facts.locationConstraint;
  for (const [name, value] of facts.existingTags ?? []) keys[`s3:ExistingObjectTag/${name}`] = value;
  if (facts.requestTags !== undefined && facts.requestTags.length > 0) {
    for (const [name, value] of facts.requestTags) keys[`s3:RequestObjectTag/${name}`] = value;
    keys['s3:RequestObjectTagKeys'] = facts.requestTags.map(([name]) => name);
  }
  return keys;
}
