import type { AuditBucket } from '../../model/audit-documents.ts';
import type { Declared, DeclaredBucket, DeclaredPrincipal } from './declared.ts';
import { unknownFact } from './declared.ts';
import { untold, untoldBucket } from './untold.ts';

/** Who owns a bucket when nobody says so: a plan knows no canonical ids. */
export const BUCKET_OWNER = 'bucket-owner';

/**
 * What a bucket has of which its declaration does not speak: one that is new has what S3 gives it, since April 2023 with all public access
 * blocked and ACLs off. One that is there may be older, or was changed by others.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html
 */
const NEW_BUCKET = {
  policy: { state: 'absent' },
  publicAccessBlock: {
    state: 'read',
    value: { blockPublicAcls: true, ignorePublicAcls: true, blockPublicPolicy: true, restrictPublicBuckets: true },
  },
  ownership: { state: 'read', value: 'BucketOwnerEnforced' },
  versioning: { state: 'absent' },
  objectLock: { state: 'absent' },
  requestPayer: { state: 'read', value: 'BucketOwner' },
  acl: {
    state: 'read',
    value: { owner: BUCKET_OWNER, grants: [{ grantee: BUCKET_OWNER, permission: 'FULL_CONTROL' }] },
  },
  lifecycle: { state: 'absent' },
  logging: { state: 'absent' },
  mfaDelete: { state: 'absent' },
} satisfies Partial<AuditBucket>;

/**
 * S3 encrypts every bucket, new or old, for which nobody says otherwise. https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html
 */
const ENCRYPTED = { encryption: { state: 'read', value: { algorithm: 'AES256' } } } satisfies Partial<AuditBucket>;

/** What is known of a declared bucket. */
export function bucketDocuments(
  { account, accountPublicAccessBlock, source }: Declared,
  { name, isNew, provider, facts, place }: DeclaredBucket,
  principal: DeclaredPrincipal,
): AuditBucket {
  const owner: AuditBucket['owner'] =
    provider === principal.provider
      ? { state: 'read', value: account }
      : unknownFact(
          `the owner of bucket ${name}`,
          's3:ListBucket',
          `it is made by another provider than ${principal.kind} ${principal.name}, which may be of another account`,
        );
  return {
    ...untoldBucket(name, untold(`${source.path} does not say it`)),
    ...ENCRYPTED,
    ...(isNew ? NEW_BUCKET : {}),
    owner,
    ...(accountPublicAccessBlock === undefined ? {} : { accountPublicAccessBlock }),
    ...facts,
    place,
  };
}
