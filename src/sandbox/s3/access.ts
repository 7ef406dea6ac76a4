import type { CompiledPolicy } from '../../evaluate/types.ts';
import { bucketArn, objectArn, parseArn } from '../../model/arn.ts';
import type { RequestContext } from '../../model/decision.ts';
import { s3Permissions } from '../../operations/index.ts';
import type { Permission, S3Call } from '../../operations/types.ts';
import { keyDenied } from '../authorize.ts';
import type { Caller, Requirement } from '../contract.ts';
import { compileDocument } from '../identity/compiled.ts';
import { isGranted } from '../kms/access.ts';
import { viaService } from '../kms/store.ts';
import type { BucketCall, ServiceCall } from './call.ts';
import { type ConditionFacts, conditionKeys } from './conditions.ts';
import { accessDenied, noSuchKey, s3Error } from './errors.ts';
import { publicAccessOf } from './public-access.ts';
import type { Bucket } from './store/types.ts';

/** What an operation needs beside what its address says. */
export type Needs = Omit<S3Call, 'operation' | 'partition' | 'bucket' | 'key'>;

/** Operations on the bucket policy that the owner's root user may always do. */
const POLICY_OPERATIONS = new Set(['GetBucketPolicy', 'PutBucketPolicy', 'DeleteBucketPolicy']);

/** The bucket's policy with the principals that exist now: a deleted role's ARN no longer stands in it. */
function currentPolicy(call: ServiceCall, bucket: Bucket): CompiledPolicy | undefined {
  const { policy } = bucket;
  if (policy === undefined) return undefined;
  if (policy.namesPrincipals) {
    const shown = JSON.stringify(call.environment.principals.toShown(policy.stored));
    if (shown !== policy.shown) {
      policy.shown = shown;
      policy.compiled = compileDocument(JSON.parse(shown), bucket.name, 'bucket');
    }
  }
  return policy.compiled;
}

/** Whether the requester pays: https://docs.aws.amazon.com/AmazonS3/latest/userguide/RequesterPaysBuckets.html */
export function isCharged(call: ServiceCall, bucket: Bucket): boolean {
  return bucket.requestPayer === 'Requester' && call.context.caller.account !== bucket.account;
}

/**
 * A public policy counts for nobody outside the owner's account while RestrictPublicBuckets is on, and a requester from another
 * account has to say that it pays where the bucket wants that.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
function refuseOutsiders(call: ServiceCall, bucket: Bucket): void {
  if (call.context.caller.account === bucket.account) return;
  if (bucket.policy?.isPublic === true && publicAccessOf(call.store, bucket).restrictPublicBuckets)
    throw accessDenied();
  if (!isCharged(call, bucket)) return;
  // Somebody has to pay: nobody does who is not known, or who does not say so.
  const says = call.request.headers['x-amz-request-payer'] === 'requester';
  if (!says || call.context.caller.kind === 'anonymous') throw accessDenied();
}

function authorizeIn(call: ServiceCall, bucket: Bucket, requirements: readonly Requirement[]): void {
  if (requirements.length === 0) return;
  const { caller, authorize } = call.context;
  const policy = currentPolicy(call, bucket);
  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
  const ownerRoot =
    caller.kind === 'root' && caller.account === bucket.account && POLICY_OPERATIONS.has(call.operation);
  authorize(caller, requirements, {
    account: bucket.account,
    ...(policy === undefined || ownerRoot ? {} : { policy, policyType: 'resource' as const }),
  });
  refuseOutsiders(call, bucket);
}

/** Whether the caller may do something more in a bucket, for answers that show more to those who may see it. */
export function isAllowedIn(call: ServiceCall, bucket: Bucket, requirement: Requirement): boolean {
  const policy = currentPolicy(call, bucket);
  const { caller, isAllowed } = call.context;
  return isAllowed(caller, requirement, { account: bucket.account, ...(policy === undefined ? {} : { policy }) });
}

/**
 * The key's own decision. The encryption context is the object's ARN, or the bucket's where the bucket key is used.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#encryption-context
 */
function authorizeKey(call: ServiceCall, bucket: Bucket, permission: Permission, s3Resource: string): void {
  const key = call.store.kms.get(permission.resource);
  const { caller, authorize } = call.context;
  const context: RequestContext = {
    'kms:ViaService': viaService(call.partition, bucket.region),
    'kms:EncryptionContext:aws:s3:arn': s3Resource,
    'kms:EncryptionContextKeys': ['aws:s3:arn'],
    ...(caller.kind === 'anonymous' ? {} : { 'kms:CallerAccount': caller.account }),
  };
  if (key === undefined) throw missingKey(caller, permission);
  authorize(caller, [{ ...permission, context }], {
    account: key.account,
    policy: call.store.kms.compiledPolicy(key),
    policyType: 'key',
    grants: (asked) => isGranted(key, caller, asked, call.environment.principals.arnOf, call.store.kms.isSpread),
  });
  if (key.state === 'Disabled') throw s3Error('KMS.DisabledException', 400, `${key.arn} is disabled.`);
  if (key.state === 'PendingDeletion') {
    throw s3Error('KMS.KMSInvalidStateException', 400, `${key.arn} is pending deletion.`);
  }
}

/** KMS says of keys in the caller's own account that they are not there; to others it says nothing. */
function missingKey(caller: Caller, { action, resource }: Permission): Error {
  return parseArn(resource)?.account === caller.account
    ? s3Error('KMS.NotFoundException', 400, `Key '${resource}' does not exist`)
    : keyDenied(caller, action, resource);
}

/**
 * Decides one operation by the operations table: first what it needs in `bucket`, then the key that encrypts the object.
 * `only` narrows the table's answer, for operations whose permissions lie in two buckets. Throws AccessDenied.
 */
export function authorizeOperation(
  call: ServiceCall,
  bucket: Bucket,
  target: { readonly operation: string; readonly key?: string; readonly needs?: Needs },
  facts: ConditionFacts = {},
  only: (permission: Permission) => boolean = () => true,
): void {
  const { partition } = call;
  const permissions = s3Permissions({
    operation: target.operation,
    partition,
    bucket: bucket.name,
    ...(target.key === undefined ? {} : { key: target.key }),
    ...target.needs,
  }).filter(only);
  const context = conditionKeys(call, bucket, facts);
  const inBucket = permissions.filter((permission) => !permission.action.startsWith('kms:'));
  authorizeIn(
    call,
    bucket,
    inBucket.map((permission) => ({ ...permission, context })),
  );
  const s3Resource =
    target.key === undefined || facts.usesBucketKey === true
      ? bucketArn(partition, bucket.name)
      : objectArn(partition, bucket.name, target.key);
  for (const permission of permissions) {
    if (permission.action.startsWith('kms:')) authorizeKey(call, bucket, permission, s3Resource);
  }
}

/** Decides an operation that belongs to no bucket (`ListBuckets`), or to one that is yet to be made. */
export function authorizeService(call: ServiceCall, needs: Needs = {}, facts: ConditionFacts = {}): void {
  const { caller, authorize } = call.context;
  const context = conditionKeys(call, undefined, facts);
  const permissions = s3Permissions({
    operation: call.operation,
    partition: call.partition,
    ...(call.address.bucket === undefined ? {} : { bucket: call.address.bucket }),
    ...needs,
  });
  authorize(
    caller,
    permissions.map((permission) => ({ ...permission, context })),
    { account: caller.account },
  );
}

/**
 * Throws what S3 answers for a key that is not there: NoSuchKey to callers who may list the bucket, AccessDenied to others.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export function refuseAbsent(
  call: BucketCall,
  key: string,
  bucket: Bucket = call.bucket,
  absent = noSuchKey(key),
): never {
  authorizeIn(call, bucket, [
    {
      action: 's3:ListBucket',
      resource: bucketArn(call.partition, bucket.name),
      context: conditionKeys(call, bucket),
    },
  ]);
  throw absent;
}
