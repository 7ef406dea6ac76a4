import type { LifecycleRule as SdkRule } from '@aws-sdk/client-s3';
import { ACL_PERMISSIONS, type AclGrant, type AuditBucket, type LifecycleRule } from '../model/audit-documents.ts';
import type { AwsClients } from './clients.ts';
import { isoOf } from './iso.ts';
import { bucketCalls, readVersioning } from './read-bucket.ts';
import { piece, type Reader } from './reader.ts';

/** What only an audit asks of a bucket. */
type Settings = Pick<AuditBucket, 'acl' | 'lifecycle' | 'logging' | 'mfaDelete' | 'uploads'>;

/**
 * Reads the settings of a bucket that an audit asks for beside those of `readBucket`: four calls, one each; MFA delete stands in the answer
 * about versioning. Of unfinished uploads the first page is read: up to 1,000.
 *
 * @param clients in the bucket's region, where it is known
 */
export async function readBucketSettings(clients: AwsClients, reader: Reader, bucket: string): Promise<Settings> {
  const s3 = await clients.s3();
  const Bucket = bucket;
  const call = bucketCalls(reader, bucket);
  const [acl, lifecycle, logging, mfaDelete, uploads] = await Promise.all([
    piece(async () => {
      const { Owner, Grants = [] } = await call('s3:GetBucketAcl', 'the ACL', (options) =>
        s3.getBucketAcl({ Bucket }, options),
      );
      return { owner: Owner?.ID ?? '', grants: Grants.flatMap(grantOf) };
    }),
    piece(async () => {
      const { Rules = [] } = await call('s3:GetLifecycleConfiguration', 'the lifecycle rules', (options) =>
        s3.getBucketLifecycleConfiguration({ Bucket }, options),
      );
      return Rules.map(ruleOf);
    }, ['NoSuchLifecycleConfiguration']),
    piece(async () => {
      const { LoggingEnabled: target } = await call('s3:GetBucketLogging', 'server access logging', (options) =>
        s3.getBucketLogging({ Bucket }, options),
      );
      if (target?.TargetBucket === undefined) return undefined;
      return { bucket: target.TargetBucket, prefix: target.TargetPrefix ?? '' };
    }),
    piece(async () => {
      const { MFADelete } = await readVersioning(s3, reader, bucket);
      return MFADelete === 'Enabled' ? (true as const) : undefined;
    }),
    piece(async () => {
      const { Uploads = [], IsTruncated } = await call(
        's3:ListBucketMultipartUploads',
        'the unfinished multipart uploads',
        (options) => s3.listMultipartUploads({ Bucket }, options),
      );
      const [oldest] = Uploads.flatMap(({ Initiated }) => isoOf(Initiated) ?? []).sort();
      return {
        count: Uploads.length,
        more: IsTruncated === true,
        ...(oldest === undefined ? {} : { oldest }),
      };
    }),
  ]);
  return { acl, lifecycle, logging, mfaDelete, uploads };
}

function grantOf({
  Grantee,
  Permission,
}: {
  readonly Grantee?:
    | {
        readonly ID?: string | undefined;
        readonly URI?: string | undefined;
        readonly EmailAddress?: string | undefined;
      }
    | undefined;
  readonly Permission?: string | undefined;
}): readonly AclGrant[] {
  const permission = ACL_PERMISSIONS.find((one) => one === Permission);
  const grantee = Grantee?.URI ?? Grantee?.ID ?? Grantee?.EmailAddress;
  return permission === undefined || grantee === undefined ? [] : [{ grantee, permission }];
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html, whose Prefix is the older form of the filter. */
function ruleOf(rule: SdkRule): LifecycleRule {
  const { Filter: filter } = rule;
  const prefix = filter?.And?.Prefix ?? filter?.Prefix ?? rule.Prefix ?? '';
  const parts = filter?.And ?? filter;
  const tags = filter?.And?.Tags ?? filter?.Tag;
  const filtered = [tags, parts?.ObjectSizeGreaterThan, parts?.ObjectSizeLessThan].some((one) => one !== undefined);
  const abort = rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation;
  const expire = rule.Expiration?.Days;
  const old = rule.NoncurrentVersionExpiration?.NoncurrentDays;
  return {
    ...(rule.ID === undefined ? {} : { id: rule.ID }),
    enabled: rule.Status === 'Enabled',
    ...(prefix === '' ? {} : { prefix }),
    ...(filtered ? { filtered: true } : {}),
    ...(abort === undefined ? {} : { abortUploadsAfterDays: abort }),
    ...(expire === undefined ? {} : { expireAfterDays: expire }),
    ...(old === undefined ? {} : { expireOldVersionsAfterDays: old }),
  };
}
