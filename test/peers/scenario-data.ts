import { IAM } from '@aws-sdk/client-iam';
import { type GrantOperation, KMS } from '@aws-sdk/client-kms';
import { S3 } from '@aws-sdk/client-s3';
import { STS } from '@aws-sdk/client-sts';
import type { AclGrant } from '../../src/model/audit-documents.ts';
import { policy } from '../../src/sandbox/scenarios/documents.ts';
import type {
  PublicAccess,
  Scenario,
  ScenarioBucket,
  ScenarioCaller,
  ScenarioKey,
  ScenarioRole,
  ScenarioUser,
} from '../../src/sandbox/scenarios/index.ts';
import { ACCOUNTS } from './localemu.ts';

const REGION = 'us-east-1';

/** Credentials as a service gives them. */
export interface GivenKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What is set up of a scenario, whatever else is with it. */
type Applicable = Pick<Scenario, 'world' | 'verify'>;

/** A scenario that is set up somewhere. */
export interface Applied<T extends Applicable = Scenario> {
  /** With the ARNs that the services chose in the place of those of the data. */
  readonly scenario: T;
  readonly caller: GivenKey;
  /** Takes everything away. */
  readonly remove: () => Promise<void>;
}

const ASSUME = policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' });
const accountOf = (part: { readonly account?: string }): string => part.account ?? ACCOUNTS.client;
const ON = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
const OFF = { BlockPublicAcls: false, IgnorePublicAcls: false, BlockPublicPolicy: false, RestrictPublicBuckets: false };

function clientsOf(endpoint: string) {
  const config = (account: string, region = REGION) => ({
    endpoint,
    region,
    credentials: { accessKeyId: account, secretAccessKey: account },
  });
  return {
    iam: (account: string) => new IAM(config(account)),
    kms: (account: string) => new KMS(config(account)),
    s3: (account: string, region?: string) => new S3({ ...config(account, region), forcePathStyle: true }),
    sts: (credentials: GivenKey) => new STS({ endpoint, region: REGION, credentials }),
  };
}

type Clients = ReturnType<typeof clientsOf>;
type Undo = () => Promise<unknown>;

/**
 * Sets the world of a scenario up by the SDK, as anybody would who has the root keys of its accounts. Throws what the services answer.
 * What LocalEmu has no API for here (organizations, faults, network) is not set up: such scenarios are for the sandbox alone.
 */
export async function applyScenario<T extends Applicable>(endpoint: string, given: T): Promise<Applied<T>> {
  const clients = clientsOf(endpoint);
  const undo: Undo[] = [];
  const remove = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const scenario = await withKeys(clients, given, undo);
    const { world, verify } = scenario;
    for (const policy of world.policies ?? []) {
      const iam = clients.iam(accountOf(policy));
      const { Policy } = await iam.createPolicy({
        PolicyName: policy.name,
        PolicyDocument: JSON.stringify(policy.document),
      });
      undo.push(() => iam.deletePolicy({ PolicyArn: Policy?.Arn }));
    }
    const keys = new Map<string, GivenKey>();
    for (const user of world.users ?? []) {
      const key = await makeUser(clients, user, undo);
      if (key !== undefined) keys.set(`${accountOf(user)}/${user.name}`, key);
    }
    for (const role of world.roles ?? []) await makeRole(clients, role, undo);
    for (const key of world.keys ?? []) await setKeyPolicy(clients, key);
    for (const bucket of world.buckets ?? []) await makeBucket(clients, bucket, undo);
    for (const user of world.users ?? []) {
      if (user.deleted === true) await clients.iam(accountOf(user)).deleteUser({ UserName: user.name });
    }
    const wanted = verify.keyOf ?? verify.caller;
    // Root users may not assume roles, in AWS: ChannelMix's is one of its users.
    const caller =
      wanted === undefined
        ? await makeUser(clients, { account: ACCOUNTS.channelMix, name: 'verifier', inline: { assume: ASSUME } }, undo)
        : await callerOf(clients, { account: ACCOUNTS.client, ...wanted }, keys);
    if (caller === undefined) throw new Error('the verifier has no key');
    return { scenario, caller, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Makes the KMS keys, and puts their ARNs in the place of those of the data. */
async function withKeys<T extends Applicable>(clients: Clients, scenario: T, undo: Undo[]): Promise<T> {
  let text = JSON.stringify(scenario);
  for (const key of scenario.world.keys ?? []) {
    const account = key.arn.split(':')[4] ?? '';
    const kms = clients.kms(account);
    const { KeyMetadata } = await kms.createKey({});
    const KeyId = KeyMetadata?.Arn ?? '';
    undo.push(() => kms.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 }).catch(() => undefined));
    if (key.state === 'Disabled') await kms.disableKey({ KeyId });
    if (key.state === 'PendingDeletion') await kms.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 30 });
    text = text.replaceAll(key.arn, KeyId);
  }
  return JSON.parse(text);
}

async function setKeyPolicy(clients: Clients, key: ScenarioKey): Promise<void> {
  const kms = clients.kms(key.arn.split(':')[4] ?? '');
  if (key.policy !== undefined) {
    const Policy = JSON.stringify(key.policy);
    await kms.putKeyPolicy({ KeyId: key.arn, PolicyName: 'default', Policy, BypassPolicyLockoutSafetyCheck: true });
  }
  for (const { granteePrincipal: GranteePrincipal, operations } of key.grants ?? []) {
    await kms.createGrant({ KeyId: key.arn, GranteePrincipal, Operations: operations as GrantOperation[] });
  }
}

async function makeUser(clients: Clients, user: ScenarioUser, undo: Undo[]): Promise<GivenKey | undefined> {
  const iam = clients.iam(accountOf(user));
  const UserName = user.name;
  await iam.createUser({ UserName, Path: user.path, PermissionsBoundary: user.boundary, Tags: tagsOf(user.tags) });
  if (user.deleted !== true) undo.push(() => iam.deleteUser({ UserName }));
  for (const [PolicyName, document] of Object.entries(user.inline ?? {})) {
    await iam.putUserPolicy({ UserName, PolicyName, PolicyDocument: JSON.stringify(document) });
    undo.push(() => iam.deleteUserPolicy({ UserName, PolicyName }));
  }
  for (const PolicyArn of user.attached ?? []) {
    await iam.attachUserPolicy({ UserName, PolicyArn });
    undo.push(() => iam.detachUserPolicy({ UserName, PolicyArn }));
  }
  if (user.password === true) {
    await iam.createLoginProfile({ UserName, Password: 'Not-A-Secret-1' });
    undo.push(() => iam.deleteLoginProfile({ UserName }));
  }
  if (user.key === 'none' || user.deleted === true) return undefined;
  const made: GivenKey[] = [];
  for (const { inactive = false } of user.keys ?? [{ inactive: user.key === 'inactive' }]) {
    const { AccessKey } = await iam.createAccessKey({ UserName });
    const AccessKeyId = AccessKey?.AccessKeyId ?? '';
    undo.push(() => iam.deleteAccessKey({ UserName, AccessKeyId }));
    if (inactive) await iam.updateAccessKey({ UserName, AccessKeyId, Status: 'Inactive' });
    made.push({ accessKeyId: AccessKeyId, secretAccessKey: AccessKey?.SecretAccessKey ?? '' });
  }
  return made[0];
}

function tagsOf(tags: Readonly<Record<string, string>> = {}): { readonly Key: string; readonly Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

async function makeRole(clients: Clients, role: ScenarioRole, undo: Undo[]): Promise<void> {
  const iam = clients.iam(accountOf(role));
  const RoleName = role.name;
  await iam.createRole({
    RoleName,
    Path: role.path,
    AssumeRolePolicyDocument: JSON.stringify(role.trust),
    MaxSessionDuration: role.maxSessionSeconds,
    PermissionsBoundary: role.boundary,
    Tags: tagsOf(role.tags),
  });
  undo.push(() => iam.deleteRole({ RoleName }));
  for (const [PolicyName, document] of Object.entries(role.inline ?? {})) {
    await iam.putRolePolicy({ RoleName, PolicyName, PolicyDocument: JSON.stringify(document) });
    undo.push(() => iam.deleteRolePolicy({ RoleName, PolicyName }));
  }
  for (const PolicyArn of role.attached ?? []) {
    await iam.attachRolePolicy({ RoleName, PolicyArn });
    undo.push(() => iam.detachRolePolicy({ RoleName, PolicyArn }));
  }
  if (role.boundary !== undefined) undo.push(() => iam.deleteRolePermissionsBoundary({ RoleName }));
}

async function makeBucket(clients: Clients, bucket: ScenarioBucket, undo: Undo[]): Promise<void> {
  const region = bucket.region ?? REGION;
  const s3 = clients.s3(accountOf(bucket), region);
  const Bucket = bucket.name;
  await s3.createBucket({
    Bucket,
    ...(bucket.ownership === undefined ? {} : { ObjectOwnership: bucket.ownership }),
    ...(bucket.lock === undefined ? {} : { ObjectLockEnabledForBucket: true }),
    ...(region === REGION ? {} : { CreateBucketConfiguration: { LocationConstraint: region as 'eu-central-1' } }),
  });
  undo.push(() => emptyAndDelete(s3, Bucket));
  if (bucket.versioning !== undefined) {
    await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: bucket.versioning } });
  }
  for (const { key: Key, body: Body } of bucket.objects ?? []) await s3.putObject({ Bucket, Key, Body });
  if (bucket.encryption !== undefined) {
    const { algorithm: SSEAlgorithm, keyArn: KMSMasterKeyID, bucketKey } = bucket.encryption;
    await s3.putBucketEncryption({
      Bucket,
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm, KMSMasterKeyID }, BucketKeyEnabled: bucketKey }],
      },
    });
  }
  if (bucket.requestPayer !== undefined) {
    await s3.putBucketRequestPayment({ Bucket, RequestPaymentConfiguration: { Payer: bucket.requestPayer } });
  }
  await setKeeping(s3, bucket);
  const block = bucket.publicAccessBlock ?? 'on';
  const PublicAccessBlockConfiguration = block === 'on' ? ON : block === 'off' ? OFF : capitals(block);
  if (bucket.acl !== undefined) {
    await s3.putPublicAccessBlock({ Bucket, PublicAccessBlockConfiguration: OFF });
    await addToAcl(s3, Bucket, bucket.acl);
  }
  if (bucket.policy !== undefined) {
    await s3.putPublicAccessBlock({ Bucket, PublicAccessBlockConfiguration: OFF });
    await s3.putBucketPolicy({ Bucket, Policy: JSON.stringify(bucket.policy) });
    undo.push(() => s3.deleteBucketPolicy({ Bucket }));
  }
  await s3.putPublicAccessBlock({ Bucket, PublicAccessBlockConfiguration });
}

async function addToAcl(s3: S3, Bucket: string, acl: readonly AclGrant[]): Promise<void> {
  const { Owner, Grants = [] } = await s3.getBucketAcl({ Bucket });
  const more = acl.map(({ grantee, permission: Permission }) => ({
    Grantee: grantee.startsWith('http')
      ? ({ Type: 'Group', URI: grantee } as const)
      : ({ Type: 'CanonicalUser', ID: grantee } as const),
    Permission,
  }));
  await s3.putBucketAcl({ Bucket, AccessControlPolicy: { Owner, Grants: [...Grants, ...more] } });
}

function capitals(block: PublicAccess): typeof ON {
  return {
    BlockPublicAcls: block.blockPublicAcls,
    IgnorePublicAcls: block.ignorePublicAcls,
    BlockPublicPolicy: block.blockPublicPolicy,
    RestrictPublicBuckets: block.restrictPublicBuckets,
  };
}

/** How long things stay, and who is told of them. */
async function setKeeping(s3: S3, bucket: ScenarioBucket): Promise<void> {
  const Bucket = bucket.name;
  if (bucket.lock?.mode !== undefined) {
    const { mode: Mode, days: Days = 1 } = bucket.lock;
    const ObjectLockConfiguration = {
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Mode, Days } },
    } as const;
    await s3.putObjectLockConfiguration({ Bucket, ObjectLockConfiguration });
  }
  if (bucket.lifecycle !== undefined) {
    const Rules = bucket.lifecycle.map(
      ({ id, enabled, prefix = '', abortUploadsAfterDays, expireAfterDays, expireOldVersionsAfterDays }) => ({
        ID: id,
        Status: enabled ? ('Enabled' as const) : ('Disabled' as const),
        Filter: { Prefix: prefix },
        ...(abortUploadsAfterDays === undefined
          ? {}
          : { AbortIncompleteMultipartUpload: { DaysAfterInitiation: abortUploadsAfterDays } }),
        ...(expireAfterDays === undefined ? {} : { Expiration: { Days: expireAfterDays } }),
        ...(expireOldVersionsAfterDays === undefined
          ? {}
          : { NoncurrentVersionExpiration: { NoncurrentDays: expireOldVersionsAfterDays } }),
      }),
    );
    await s3.putBucketLifecycleConfiguration({ Bucket, LifecycleConfiguration: { Rules } });
  }
  if (bucket.logging !== undefined) {
    const { bucket: TargetBucket, prefix: TargetPrefix } = bucket.logging;
    await s3.putBucketLogging({ Bucket, BucketLoggingStatus: { LoggingEnabled: { TargetBucket, TargetPrefix } } });
  }
}

async function emptyAndDelete(s3: S3, Bucket: string): Promise<void> {
  const { Versions = [], DeleteMarkers = [] } = await s3.listObjectVersions({ Bucket });
  for (const { Key, VersionId } of [...Versions, ...DeleteMarkers]) await s3.deleteObject({ Bucket, Key, VersionId });
  const { Uploads = [] } = await s3.listMultipartUploads({ Bucket });
  for (const { Key, UploadId } of Uploads) await s3.abortMultipartUpload({ Bucket, Key, UploadId });
  await s3.deleteBucket({ Bucket });
}

async function callerOf(
  clients: Clients,
  caller: ScenarioCaller,
  keys: ReadonlyMap<string, GivenKey>,
): Promise<GivenKey> {
  if ('accessKeyId' in caller) return caller;
  const root = { accessKeyId: caller.account, secretAccessKey: caller.account };
  if ('user' in caller) {
    const key = keys.get(`${caller.account}/${caller.user}`);
    if (key === undefined) throw new Error(`there is no key of ${caller.user}`);
    return key;
  }
  if (!('role' in caller)) return root;
  const RoleArn = `arn:aws:iam::${caller.account}:role/${caller.role}`;
  const { sessionPolicy } = caller;
  const { Credentials } = await clients.sts(root).assumeRole({
    RoleArn,
    RoleSessionName: 'verifier',
    ...(sessionPolicy === undefined ? {} : { Policy: JSON.stringify(sessionPolicy) }),
  });
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
}
