import { readAccessKeyId } from '../documents/read-access-key-id.ts';
import { readRoleArn } from '../documents/read-role-arn.ts';
import { bucketNameRule, kmsKeyArnRule, prefixRule, RULE_DOCS, type Rule } from '../documents/rules.ts';
import { type Partition, partitionOfRegion } from '../model/arn.ts';
import { inputError, KitError, type Problem } from '../model/errors.ts';
import { ACCESS_LEVELS, type AccessLevel } from '../model/grant.ts';
import { suggest } from '../model/suggest.ts';

/** What is verified: one bucket of a grant, by the role or by the access key. Made by `readVerifyTarget`. */
export interface VerifyTarget {
  readonly way: 'role' | 'key';
  /** On the role way. */
  readonly roleArn?: string;
  /** Account of the role; on the key way it is learnt from the key's identity. */
  readonly account?: string;
  readonly partition: Partition;
  readonly bucket: string;
  /** Folders that access is limited to, each ending in `/`; empty for the whole bucket. */
  readonly prefixes: readonly string[];
  readonly access: AccessLevel;
  readonly kmsKeyArn?: string;
  /** Another bucket of the same account, which must stay closed. */
  readonly otherBucket?: string;
  /** Transfer 20 MiB in parts, too. */
  readonly deep?: boolean;
  /** Put probe objects also where Object Lock keeps them for days. */
  readonly allowLocked?: boolean;
  /** Put nothing before it is known that it may be deleted. */
  readonly careful?: boolean;
  /** Credentials of a third account are given, which must not be able to assume the role. */
  readonly thirdParty?: boolean;
}

/** The flags of `verify` that say what is verified. */
export interface VerifyFlags {
  readonly roleArn?: string | undefined;
  readonly accessKeyId?: string | undefined;
  readonly bucket?: string | undefined;
  readonly prefixes?: readonly string[] | undefined;
  readonly access?: string | undefined;
  readonly kmsKeyArn?: string | undefined;
  readonly otherBucket?: string | undefined;
  /** Tells the partition on the key way; a role's stands in its ARN. */
  readonly region?: string | undefined;
  readonly deep?: boolean | undefined;
  readonly allowLocked?: boolean | undefined;
  readonly careful?: boolean | undefined;
  readonly thirdParty?: boolean | undefined;
}

/**
 * Reads what shall be verified.
 *
 * @throws KitError `usage` when a flag is missing or two exclude each other, `input` that names flag, value and rule
 */
export function readVerifyTarget(flags: VerifyFlags): VerifyTarget {
  const { roleArn, accessKeyId, bucket } = flags;
  if (roleArn === undefined && accessKeyId === undefined) {
    throw new KitError('usage', 'nothing to verify: neither a role nor an access key was named', {
      hint: 'Add --role-arn ARN, or --access-key-id ID for the access key way.',
    });
  }
  if (roleArn !== undefined && accessKeyId !== undefined) {
    throw new KitError('usage', '--role-arn and --access-key-id exclude each other', {
      hint: 'Verify the role and the key one after the other.',
    });
  }
  if (accessKeyId !== undefined) readAccessKeyId(accessKeyId, '--access-key-id');
  if (bucket === undefined) throw new KitError('usage', 'no bucket was named', { hint: 'Add --bucket NAME.' });
  if (flags.access === 'full' && flags.otherBucket !== undefined) {
    throw new KitError('usage', '--other-bucket means nothing with --access full, which opens every bucket', {
      hint: 'Leave it out.',
    });
  }
  if (flags.thirdParty === true && roleArn === undefined) {
    throw new KitError('usage', '--third-party-profile is for the role way', {
      hint: "A third account can try to assume a role; the access key is nobody else's.",
    });
  }
  const place = readBucket(bucket, flags.prefixes ?? []);
  const role = roleArn === undefined ? undefined : readRoleArn(roleArn, '--role-arn');
  const problems = [
    ...problemOf('--bucket', place.bucket, bucketNameRule, RULE_DOCS.bucketName),
    ...place.prefixes.flatMap((prefix) => problemOf('--prefix', prefix, prefixRule, RULE_DOCS.objectKey)),
    ...problemOf('--access', flags.access, accessRule),
    ...problemOf('--kms-key', flags.kmsKeyArn, kmsKeyArnRule, RULE_DOCS.arn),
    ...problemOf('--other-bucket', flags.otherBucket, bucketNameRule, RULE_DOCS.bucketName),
    ...(flags.otherBucket === place.bucket
      ? [{ field: '--other-bucket', value: place.bucket, rule: 'must be another bucket than --bucket' }]
      : []),
  ];
  if (problems.length > 0) throw inputError('This cannot be verified:', problems);
  return {
    way: role === undefined ? 'key' : 'role',
    ...(role === undefined ? {} : { roleArn: roleArn?.trim() ?? '', account: role.account }),
    partition: role?.partition ?? partitionOfRegion(flags.region ?? ''),
    bucket: place.bucket,
    prefixes: [...new Set(place.prefixes.map((prefix) => (prefix.endsWith('/') ? prefix : `${prefix}/`)))],
    access: (flags.access ?? 'minimal') as AccessLevel,
    ...(flags.kmsKeyArn === undefined ? {} : { kmsKeyArn: flags.kmsKeyArn }),
    ...(flags.otherBucket === undefined ? {} : { otherBucket: flags.otherBucket }),
    ...(flags.deep === true ? { deep: true } : {}),
    ...(flags.allowLocked === true ? { allowLocked: true } : {}),
    ...(flags.careful === true ? { careful: true } : {}),
    ...(flags.thirdParty === true ? { thirdParty: true } : {}),
  };
}

/** Splits `s3://bucket/path` and `bucket/path`, which people type into the field of a bucket. */
function readBucket(text: string, prefixes: readonly string[]): { bucket: string; prefixes: readonly string[] } {
  const bare = text.trim().replace(/^s3:\/\//, '');
  if (/^arn:[^:]*:s3[^:]*:[^:]*:\d*:accesspoint[/:]/.test(bare)) {
    throw inputError('This cannot be verified:', [
      {
        field: '--bucket',
        value: text.slice(0, 200),
        rule: 'names an access point, which is not supported: ChannelMix is given buckets; name the one behind it',
        docs: RULE_DOCS.bucketName,
      },
    ]);
  }
  const cut = bare.indexOf('/');
  if (cut === -1) return { bucket: bare, prefixes };
  const bucket = bare.slice(0, cut);
  const path = bare.slice(cut + 1);
  if (path === '') return { bucket, prefixes };
  if (prefixes.length > 0) {
    throw inputError('This cannot be verified:', [
      { field: '--bucket', value: text.slice(0, 200), rule: 'names a folder, and so does --prefix; name it once' },
    ]);
  }
  return { bucket, prefixes: [path] };
}

const accessRule: Rule = (level) => {
  if (ACCESS_LEVELS.some((known) => known === level)) return undefined;
  const near = suggest(level, ACCESS_LEVELS);
  return `must be one of ${ACCESS_LEVELS.join(', ')}${near === undefined ? '' : `; did you mean "${near}"?`}`;
};

function problemOf(field: string, value: string | undefined, rule: Rule, docs?: string): readonly Problem[] {
  const broken = value === undefined ? undefined : rule(value);
  if (value === undefined || broken === undefined) return [];
  return [{ field, value: value.slice(0, 200), rule: broken, ...(docs === undefined ? {} : { docs }) }];
}
