import type { GetBucketVersioningOutput } from '@aws-sdk/client-s3';
import type {
  BucketDocuments,
  DefaultEncryption,
  NamedPolicy,
  ObjectLock,
  OtherBucket,
  Piece,
  PublicAccessBlock,
} from '../model/access-documents.ts';
import type { AwsClients, S3 } from './clients.ts';
import { publicAccessBlockOf } from './read-account-block.ts';
import { notAsked, parseDocument, piece, type Read, type Reader } from './reader.ts';

const OWNERSHIP = ['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'] as const;

/** Calls that read something of a bucket, by the name of the thing. */
export function bucketCalls(reader: Reader, bucket: string) {
  return <T>(action: string, thing: string, send: (options: { readonly abortSignal: AbortSignal }) => Promise<T>) =>
    reader.call({ action, of: `${thing} of bucket ${bucket}` }, send);
}

/** Versioning and MFA delete are one answer. */
export function readVersioning(s3: S3, reader: Reader, bucket: string): Promise<GetBucketVersioningOutput> {
  return reader.once(`versioning of bucket ${bucket}`, () =>
    bucketCalls(reader, bucket)('s3:GetBucketVersioning', 'versioning', (options) =>
      s3.getBucketVersioning({ Bucket: bucket }, options),
    ),
  );
}

function bucketReads(s3: S3, reader: Reader, bucket: string) {
  const Bucket = bucket;
  const call = bucketCalls(reader, bucket);
  return {
    policy: (): Promise<Piece<NamedPolicy>> => {
      const what: Read = { action: 's3:GetBucketPolicy', of: `the policy of bucket ${bucket}` };
      return piece(async () => {
        const answer = await reader.call(what, (options) => s3.getBucketPolicy({ Bucket }, options));
        return { name: `policy of bucket ${bucket}`, document: parseDocument(what, answer.Policy, false) };
      }, ['NoSuchBucketPolicy']);
    },
    publicAccessBlock: (): Promise<Piece<PublicAccessBlock>> =>
      piece(async () => {
        const { PublicAccessBlockConfiguration: block } = await call(
          's3:GetBucketPublicAccessBlock',
          'Block Public Access',
          (options) => s3.getPublicAccessBlock({ Bucket }, options),
        );
        return publicAccessBlockOf(block);
      }, ['NoSuchPublicAccessBlockConfiguration']),
    ownership: (): Promise<BucketDocuments['ownership']> =>
      piece(async () => {
        const { OwnershipControls } = await call('s3:GetBucketOwnershipControls', 'Object Ownership', (options) =>
          s3.getBucketOwnershipControls({ Bucket }, options),
        );
        return OWNERSHIP.find((one) => one === OwnershipControls?.Rules?.[0]?.ObjectOwnership);
      }, ['OwnershipControlsNotFoundError']),
    versioning: (): Promise<BucketDocuments['versioning']> =>
      piece(async () => {
        const { Status } = await readVersioning(s3, reader, bucket);
        return Status === 'Enabled' || Status === 'Suspended' ? Status : undefined;
      }),
    objectLock: (): Promise<Piece<ObjectLock>> =>
      piece(async () => {
        const { ObjectLockConfiguration: lock } = await call(
          's3:GetBucketObjectLockConfiguration',
          'Object Lock',
          (options) => s3.getObjectLockConfiguration({ Bucket }, options),
        );
        const { Mode, Days, Years } = lock?.Rule?.DefaultRetention ?? {};
        return {
          enabled: lock?.ObjectLockEnabled === 'Enabled',
          ...(Mode === 'GOVERNANCE' || Mode === 'COMPLIANCE' ? { mode: Mode } : {}),
          ...(Days === undefined ? {} : { days: Days }),
          ...(Years === undefined ? {} : { years: Years }),
        };
      }, ['ObjectLockConfigurationNotFoundError', 'NoSuchObjectLockConfiguration']),
    encryption: (): Promise<Piece<DefaultEncryption>> =>
      piece(async () => {
        const { ServerSideEncryptionConfiguration: configuration } = await call(
          's3:GetEncryptionConfiguration',
          'default encryption',
          (options) => s3.getBucketEncryption({ Bucket }, options),
        );
        const [rule] = configuration?.Rules ?? [];
        const { SSEAlgorithm = 'AES256', KMSMasterKeyID } = rule?.ApplyServerSideEncryptionByDefault ?? {};
        const algorithm = SSEAlgorithm === 'aws:kms' || SSEAlgorithm === 'aws:kms:dsse' ? SSEAlgorithm : 'AES256';
        return {
          algorithm,
          ...(KMSMasterKeyID === undefined ? {} : { kmsKey: KMSMasterKeyID }),
          ...(rule?.BucketKeyEnabled === true ? { bucketKey: true } : {}),
        };
      }, ['ServerSideEncryptionConfigurationNotFoundError']),
    requestPayer: (): Promise<BucketDocuments['requestPayer']> =>
      piece(async () => {
        const { Payer } = await call('s3:GetBucketRequestPayment', 'Requester Pays', (options) =>
          s3.getBucketRequestPayment({ Bucket }, options),
        );
        return Payer === 'Requester' ? 'Requester' : 'BucketOwner';
      }),
  };
}

/**
 * Account of a bucket. S3 gives its policy, or says that it has none, to its owner's account only; else each candidate is asked for as
 * the expected owner, which S3 refuses when it is another; and an account sees its own buckets listed.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
 */
async function readOwner(
  s3: S3,
  reader: Reader,
  bucket: string,
  { likely, caller }: OwnerCandidates,
  policy: Promise<Piece<NamedPolicy>>,
): Promise<Piece<string>> {
  const what: Read = { action: 's3:ListBucket', of: `the owner of bucket ${bucket}` };
  const asked = await Promise.all(
    [...new Set([likely, caller])].map((account) =>
      piece(async () => {
        await reader.call(what, (options) => s3.headBucket({ Bucket: bucket, ExpectedBucketOwner: account }, options));
        return account;
      }),
    ),
  );
  const owner = asked.find(({ state }) => state === 'read');
  if (owner !== undefined) return owner;
  if ((await policy).state !== 'unreadable') return { state: 'read', value: caller };
  const listed = await piece(async () => {
    const { Buckets } = await reader.call({ action: 's3:ListAllMyBuckets', of: what.of }, (options) =>
      s3.listBuckets({ Prefix: bucket, MaxBuckets: 1 }, options),
    );
    return Buckets?.[0]?.Name === bucket ? caller : undefined;
  });
  if (listed.state === 'read') return listed;
  return asked[0] ?? notAsked(what.of, what.action, 'no account was known to ask for');
}

/** Accounts that may own a bucket. */
export interface OwnerCandidates {
  /** That of the role or user. */
  readonly likely: string;
  /** That of the credentials. */
  readonly caller: string;
}

/**
 * Reads everything about a bucket.
 *
 * @param clients in the bucket's region, where it is known
 * @param region as S3 told it; `undefined` when it did not
 * @param readAccountBlock gives the block of the account that owns it; `undefined`: that is not known
 */
export async function readBucket(
  clients: AwsClients,
  reader: Reader,
  bucket: string,
  region: Piece<string>,
  accounts: OwnerCandidates,
  readAccountBlock: (owner: string | undefined) => Promise<Piece<PublicAccessBlock>>,
): Promise<BucketDocuments> {
  const s3 = await clients.s3();
  const reads = bucketReads(s3, reader, bucket);
  const policyRead = reads.policy();
  const ownerRead = readOwner(s3, reader, bucket, accounts, policyRead);
  const accountBlock = async () => {
    const owner = await ownerRead;
    return readAccountBlock(owner.state === 'read' ? owner.value : undefined);
  };
  const [
    owner,
    policy,
    accountPublicAccessBlock,
    publicAccessBlock,
    ownership,
    versioning,
    objectLock,
    encryption,
    requestPayer,
  ] = await Promise.all([
    ownerRead,
    policyRead,
    accountBlock(),
    reads.publicAccessBlock(),
    reads.ownership(),
    reads.versioning(),
    reads.objectLock(),
    reads.encryption(),
    reads.requestPayer(),
  ]);
  return {
    name: bucket,
    region,
    owner,
    policy,
    publicAccessBlock,
    accountPublicAccessBlock,
    ownership,
    versioning,
    objectLock,
    encryption,
    requestPayer,
  };
}

/** Reads what decides who may list another bucket. */
export async function readOtherBucket(
  clients: AwsClients,
  reader: Reader,
  bucket: string,
  accounts: OwnerCandidates,
): Promise<OtherBucket> {
  const s3 = await clients.s3();
  const policyRead = bucketReads(s3, reader, bucket).policy();
  const owner = await readOwner(s3, reader, bucket, accounts, policyRead);
  return { name: bucket, owner, policy: await policyRead };
}

/** Reads the policy of a bucket and nothing else. */
export async function readPolicyOfBucket(
  clients: AwsClients,
  reader: Reader,
  bucket: string,
): Promise<Piece<NamedPolicy>> {
  return bucketReads(await clients.s3(), reader, bucket).policy();
}
