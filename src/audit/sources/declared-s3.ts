import { itemsOf, type JsonNode } from '../../documents/json-node.ts';
import type { Piece } from '../../model/access-documents.ts';
import type { AuditBucket, LifecycleRule } from '../../model/audit-documents.ts';
import { type BucketFacts, type Declared, type DeclaredBucket, unknownFact } from './declared.ts';
import { aclOf, cannedPiece } from './declared-acl.ts';
import { block, type FactReader, factOf } from './declared-facts.ts';
import { policyPiece } from './declared-policy.ts';
import { attribute, type Names, placeOf, type Resource } from './declared-resource.ts';
import { given, isTrue, isUnknown, listIn, numberOf, type PlanText, textOf } from './plan-text.ts';

/** What resources of the AWS provider say of buckets. */
export function bucketsOf(
  plan: PlanText,
  resources: readonly Resource[],
  names: Names,
): Pick<Declared, 'buckets' | 'accountPublicAccessBlock'> {
  const own = resources.filter(({ isData }) => !isData);
  const account = own.find(({ type }) => type === 'aws_s3_account_public_access_block');
  return {
    buckets: own.filter(({ type }) => type === 'aws_s3_bucket').map((resource) => bucketOf(plan, resource, own, names)),
    ...(account === undefined
      ? {}
      : { accountPublicAccessBlock: publicAccessBlock(account.node, 'Block Public Access of the account') }),
  };
}

/** A resource that is about the bucket, or may be. */
type Part = { readonly of: Resource } | { readonly loose: Resource } | undefined;

function bucketOf(plan: PlanText, bucket: Resource, resources: readonly Resource[], names: Names): DeclaredBucket {
  const name = names.of(bucket);
  const part = (type: string): Part => {
    const all = resources.filter((one) => one.type === `aws_s3_bucket_${type}`);
    const found = all.find((one) => names.given(one, ['aws_s3_bucket'], 'bucket') === name);
    if (found !== undefined) return { of: found };
    const loose = all.find((one) => names.given(one, ['aws_s3_bucket'], 'bucket') === undefined);
    return loose === undefined ? undefined : { loose };
  };
  return {
    name,
    isNew: bucket.isNew || isRecent(bucket),
    provider: bucket.provider,
    facts: factsOf(plan, bucket, name, part, names),
    place: placeOf(plan, bucket),
  };
}

/** Since when new buckets are closed, everywhere. https://aws.amazon.com/about-aws/whats-new/2023/04/amazon-s3-two-security-best-practices-buckets-default/ */
const CLOSED_SINCE = '2023-05-01';

function isRecent({ created }: Resource): boolean {
  return created !== undefined && created >= CLOSED_SINCE;
}

function factsOf(
  plan: PlanText,
  bucket: Resource,
  name: string,
  part: (type: string) => Part,
  names: Names,
): BucketFacts {
  const of = (thing: string) => `${thing} of bucket ${name}`;
  /** From the resource that is about it, else from what the bucket itself says. */
  const from = <T>(
    type: string,
    thing: string,
    action: string,
    read: (node: JsonNode, resource: Resource) => Piece<T> | undefined,
    inBucket?: (node: JsonNode) => Piece<T> | undefined,
    ...inBucketAs: readonly string[]
  ): Piece<T> | undefined => {
    const found = part(type);
    if (found !== undefined && 'of' in found) return read(found.of.node, found.of);
    if (found !== undefined)
      return unknownFact(of(thing), `s3:${action}`, `${found.loose.address} is of a bucket that is not known`);
    const said = inBucketAs.flatMap((one) => attribute(bucket, one) ?? []);
    const [first] = said.flatMap(itemsOf);
    if (first !== undefined) return inBucket?.(first);
    // An empty list is what the provider found.
    return said.length === 0 ? undefined : { state: 'absent' };
  };
  const policyNames = { name: `policy of bucket ${name}`, what: of('the policy'), action: 's3:GetBucketPolicy' };
  const policy = from(
    'policy',
    'the policy',
    'GetBucketPolicy',
    (node) => policyPiece(plan, given(node, 'policy'), policyNames),
    (node) => policyPiece(plan, node, policyNames),
    'policy',
  );
  const versioning = from<'Enabled' | 'Suspended'>(
    'versioning',
    'versioning',
    'GetBucketVersioning',
    (node) =>
      factOf(of('versioning'), 's3:GetBucketVersioning', ({ text }) =>
        statusOf(text(block(node, 'versioning_configuration'), 'status')),
      ),
    (node) =>
      factOf(of('versioning'), 's3:GetBucketVersioning', ({ text }) =>
        text(node, 'enabled') === 'true' ? 'Enabled' : undefined,
      ),
    'versioning',
  );
  const mfaDelete = from<true>(
    'versioning',
    'MFA delete',
    'GetBucketVersioning',
    (node) => flagged(textOf(given(block(node, 'versioning_configuration'), 'mfa_delete')) === 'Enabled'),
    (node) => flagged(isTrue(given(node, 'mfa_delete'))),
    'versioning',
  );
  return dropped({
    region: regionOf(bucket),
    policy,
    versioning,
    mfaDelete,
    publicAccessBlock: from('public_access_block', 'Block Public Access', 'GetBucketPublicAccessBlock', (node) =>
      publicAccessBlock(node, of('Block Public Access')),
    ),
    ownership: from('ownership_controls', 'Object Ownership', 'GetBucketOwnershipControls', (node) =>
      factOf(of('Object Ownership'), 's3:GetBucketOwnershipControls', ({ text }) =>
        ownershipOf(text(block(node, 'rule', 'rules'), 'object_ownership')),
      ),
    ),
    objectLock: from(
      'object_lock_configuration',
      'Object Lock',
      'GetBucketObjectLockConfiguration',
      (node) => objectLock(node, of('Object Lock')),
      (node) =>
        node.type === 'object' ? objectLock(node, of('Object Lock')) : isTrue(node) ? LOCKED : { state: 'absent' },
      'object_lock_configuration',
      'object_lock_enabled',
    ),
    encryption: from(
      'server_side_encryption_configuration',
      'default encryption',
      'GetEncryptionConfiguration',
      (node, resource) => encryption(node, of('default encryption'), resource, names),
      (node) => encryption(node, of('default encryption'), bucket, names),
      'server_side_encryption_configuration',
    ),
    requestPayer: from<'Requester' | 'BucketOwner'>(
      'request_payment_configuration',
      'Requester Pays',
      'GetBucketRequestPayment',
      (node) => factOf(of('Requester Pays'), 's3:GetBucketRequestPayment', ({ text }) => payerOf(text(node, 'payer'))),
      (node) => factOf(of('Requester Pays'), 's3:GetBucketRequestPayment', ({ text }) => payerOf(text(node))),
      'request_payer',
    ),
    acl: from(
      'acl',
      'the access control list',
      'GetBucketAcl',
      (node) => aclOf(node, of('the access control list')),
      (node) => cannedPiece(node, of('the access control list')),
      'acl',
    ),
    lifecycle: from(
      'lifecycle_configuration',
      'the lifecycle rules',
      'GetLifecycleConfiguration',
      (node) =>
        factOf(of('the lifecycle rules'), 's3:GetLifecycleConfiguration', (reader) =>
          reader.list(node, 'rule', 'rules').map((rule) => lifecycleRule(rule, reader)),
        ),
      () => untoldHere(of('the lifecycle rules'), 's3:GetLifecycleConfiguration'),
      'lifecycle_rule',
      'lifecycle_rules',
    ),
    logging: from(
      'logging',
      'server access logging',
      'GetBucketLogging',
      (node) => logging(node, of('server access logging')),
      (node) => logging(node, of('server access logging')),
      'logging',
    ),
  });
}

/** Rules within the bucket itself, which the provider wrote before its version 4, have other names than these. */
function untoldHere(what: string, action: string): Piece<never> {
  return unknownFact(
    what,
    action,
    'rules within aws_s3_bucket itself are not read: use aws_s3_bucket_lifecycle_configuration',
  );
}

/** Without the facts of which nothing is said. */
function dropped(facts: { readonly [Fact in keyof BucketFacts]: BucketFacts[Fact] | undefined }): BucketFacts {
  return Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== undefined)) as BucketFacts;
}

function regionOf({ node, region }: Resource): AuditBucket['region'] | undefined {
  const value = textOf(given(node, 'bucket_region')) ?? textOf(given(node, 'region')) ?? region;
  return value === undefined ? undefined : { state: 'read', value };
}

function flagged(value: boolean): Piece<true> {
  return value ? { state: 'read', value: true } : { state: 'absent' };
}

/** `Disabled` is how Terraform calls a bucket whose versioning was never switched on. */
function statusOf(status: string | undefined): 'Enabled' | 'Suspended' | undefined {
  return status === 'Enabled' || status === 'Suspended' ? status : undefined;
}

function payerOf(payer: string | undefined): 'Requester' | 'BucketOwner' {
  return payer === 'Requester' ? 'Requester' : 'BucketOwner';
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_OwnershipControlsRule.html */
export function ownershipOf(
  text: string | undefined,
): 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter' | undefined {
  return (['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'] as const).find((one) => one === text);
}

function publicAccessBlock(node: JsonNode, what: string): AuditBucket['publicAccessBlock'] {
  return factOf(what, 's3:GetBucketPublicAccessBlock', ({ text }) => ({
    blockPublicAcls: text(node, 'block_public_acls') === 'true',
    ignorePublicAcls: text(node, 'ignore_public_acls') === 'true',
    blockPublicPolicy: text(node, 'block_public_policy') === 'true',
    restrictPublicBuckets: text(node, 'restrict_public_buckets') === 'true',
  }));
}

const LOCKED: AuditBucket['objectLock'] = { state: 'read', value: { enabled: true } };

function objectLock(node: JsonNode, what: string): AuditBucket['objectLock'] {
  return factOf(what, 's3:GetBucketObjectLockConfiguration', ({ text }) => {
    const retention = block(block(node, 'rule'), 'default_retention');
    const mode = text(retention, 'mode');
    const [days, years] = [numberOf(given(retention, 'days')), numberOf(given(retention, 'years'))];
    return {
      enabled: (text(node, 'object_lock_enabled') ?? 'Enabled') === 'Enabled',
      ...(mode === 'GOVERNANCE' || mode === 'COMPLIANCE' ? { mode } : {}),
      ...(days === undefined || days === 0 ? {} : { days }),
      ...(years === undefined || years === 0 ? {} : { years }),
    };
  });
}

function encryption(node: JsonNode, what: string, resource: Resource, names: Names): AuditBucket['encryption'] {
  return factOf(what, 's3:GetEncryptionConfiguration', ({ text }) => {
    const isPlural = given(node, 'rules') !== undefined;
    const rule = block(node, 'rule', 'rules');
    const settings = block(rule, 'apply_server_side_encryption_by_default');
    const algorithm = text(settings, 'sse_algorithm');
    const path = [isPlural ? 'rules' : 'rule', 'apply_server_side_encryption_by_default', 'kms_master_key_id'];
    const known = given(settings, 'kms_master_key_id');
    // Which key it is may be known although its ARN is not.
    const key = isUnknown(known) ? names.given(resource, ['aws_kms_key'], ...path) : textOf(known);
    const kmsKey = key === undefined || key === '' ? text(settings, 'kms_master_key_id') : key;
    return {
      algorithm: algorithm === 'aws:kms' || algorithm === 'aws:kms:dsse' ? algorithm : 'AES256',
      ...(kmsKey === undefined || kmsKey === '' ? {} : { kmsKey }),
      ...(text(rule, 'bucket_key_enabled') === 'true' ? { bucketKey: true } : {}),
    };
  });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionRule.html */
function logging(node: JsonNode, what: string): AuditBucket['logging'] {
  return factOf(what, 's3:GetBucketLogging', ({ text }) => {
    // The target may be a bucket that gets its name only when it is made; that there is one is known.
    const target = given(node, 'target_bucket');
    return target === undefined
      ? undefined
      : { bucket: textOf(target) ?? 'a bucket without a name yet', prefix: text(node, 'target_prefix') ?? '' };
  });
}

function lifecycleRule(rule: JsonNode, { text }: FactReader): LifecycleRule {
  const filter = block(rule, 'filter');
  const id = text(rule, 'id');
  const and = block(filter, 'and');
  const prefix = [text(filter, 'prefix'), text(and, 'prefix'), text(rule, 'prefix')].find(
    (one) => one !== undefined && one !== '',
  );
  const limits = ['tag', 'object_size_greater_than', 'object_size_less_than'];
  const filtered = [filter, and].some(
    (one) => limits.some((limit) => listIn(one, limit).length > 0 && textOf(given(one, limit)) !== '0') || tagged(one),
  );
  const days = (name: string, count: string) => numberOf(given(block(rule, name), count));
  const abort = days('abort_incomplete_multipart_upload', 'days_after_initiation');
  const expire = days('expiration', 'days');
  const old = days('noncurrent_version_expiration', 'noncurrent_days');
  return {
    ...(id === undefined ? {} : { id }),
    enabled: text(rule, 'status') === 'Enabled',
    ...(prefix === undefined ? {} : { prefix }),
    ...(filtered ? { filtered: true as const } : {}),
    ...(abort === undefined || abort === 0 ? {} : { abortUploadsAfterDays: abort }),
    ...(expire === undefined || expire === 0 ? {} : { expireAfterDays: expire }),
    ...(old === undefined || old === 0 ? {} : { expireOldVersionsAfterDays: old }),
  };
}

function tagged(filter: JsonNode | undefined): boolean {
  const tags = given(filter, 'tags');
  return tags?.type === 'object' && tags.members.length > 0;
}
