import { parseArn } from '../../model/arn.ts';
import type { Grant } from '../../model/grant.ts';
import { type Blueprint, type BucketBlueprint, INLINE_POLICY_NAME, type LifecycleRule } from '../blueprint.ts';
import { fullAccessPolicyArn } from '../policy-documents.ts';
import { verifyFlags } from '../verify-flags.ts';
import { cliJson, join, type Program, sh } from './shell-text.ts';

/** The part of the script that is about the grant: what shall be there, as data. */
export function granted(grant: Grant, made: Blueprint): Program {
  const { policies, attachedPolicyArns, kmsKeyArns } = made;
  const existing = grant.buckets.filter(({ create }) => !create);
  return sh`
# What is granted. All below this part does not depend on it.

${principalData(grant, made)}
${calls('own_policies', policies.map(ownPolicy))}
${calls(
  'attached_policies',
  attachedPolicyArns.map((arn) => sh`attached_policy ${arn}`),
)}
${calls('buckets', [
  ...existing.map(({ name, kmsKeyArn }) => sh`existing_bucket ${name} ${regionOf(kmsKeyArn)}`),
  ...newBuckets(made.buckets),
])}
${calls(
  'keys',
  kmsKeyArns.map((arn) => sh`kms_key ${arn}`),
)}
${calls(
  'checks',
  grant.buckets.map((bucket) => verifyCall(grant, bucket)),
)}`;
}

function principalData({ partition }: Grant, { principal }: Blueprint): Program {
  const { kind, name, path, permissionsBoundary = '', description, trustPolicy, tags } = principal;
  return assignments([
    ['partition', partition],
    ['kind', kind],
    ['name', name],
    ['path', path],
    ['boundary', permissionsBoundary],
    ['tags', tagList(tags)],
    ...(description === undefined ? [] : ([['description', description]] as const)),
    ...(trustPolicy === undefined ? [] : ([['trust_policy', cliJson(trustPolicy)]] as const)),
    ['inline_name', INLINE_POLICY_NAME],
    ['full_access', fullAccessPolicyArn(partition)],
  ]);
}

function assignments(variables: readonly (readonly [string, string])[]): Program {
  return join(
    variables.map(
      ([name, value]) => sh`${{ program: name }}=${value}
`,
    ),
  );
}

/** A function of one call after the other. */
function calls(name: string, lines: readonly Program[]): Program {
  const body = lines.length === 0 ? [sh`:`] : lines;
  return sh`${{ program: name }}() {
${join(
  body.map(
    (line) => sh`  ${line}
`,
  ),
)}}
`;
}

function ownPolicy({ kind, name, document }: Blueprint['policies'][number]): Program {
  return kind === 'inline'
    ? sh`inline_policy ${name} ${cliJson(document)}`
    : sh`managed_policy ${name} ${cliJson(document)}`;
}

/** The settings stand before the call; those that the bucket before has too are not repeated. */
function newBuckets(buckets: readonly BucketBlueprint[]): readonly Program[] {
  const last = new Map<string, string>();
  return buckets.flatMap((bucket) => {
    const changed = bucketSettings(bucket).filter(([name, value]) => last.get(name) !== value);
    for (const [name, value] of changed) last.set(name, value);
    return [...changed.map(([name, value]) => sh`${{ program: name }}=${value}`), sh`new_bucket ${bucket.name}`];
  });
}

function bucketSettings({
  kmsKeyArn,
  protect,
  tags,
  policy,
  lifecycle,
}: BucketBlueprint): readonly (readonly [string, string])[] {
  const encryption =
    kmsKeyArn === undefined ? { SSEAlgorithm: 'AES256' } : { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: kmsKeyArn };
  return [
    ['key_region', regionOf(kmsKeyArn)],
    ['protected', protect ? 'yes' : 'no'],
    ['bucket_tags', tagList(tags)],
    [
      'encryption',
      cliJson({ ApplyServerSideEncryptionByDefault: encryption, BucketKeyEnabled: kmsKeyArn !== undefined }),
    ],
    ['lifecycle', cliJson(lifecycle.map(lifecycleRule))],
    ['bucket_policy', cliJson(policy)],
  ];
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html */
function lifecycleRule({ id, abortUploadsAfterDays, keepOldVersionsDays }: LifecycleRule): object {
  return {
    ID: id,
    Status: 'Enabled',
    Filter: { Prefix: '' },
    ...(abortUploadsAfterDays === undefined
      ? {}
      : { AbortIncompleteMultipartUpload: { DaysAfterInitiation: abortUploadsAfterDays } }),
    ...(keepOldVersionsDays === undefined
      ? {}
      : {
          NoncurrentVersionExpiration: { NoncurrentDays: keepOldVersionsDays },
          Expiration: { ExpiredObjectDeleteMarker: true },
        }),
  };
}

function tagList(tags: Readonly<Record<string, string>>): string {
  return cliJson(Object.entries(tags).map(([Key, Value]) => ({ Key, Value })));
}

function regionOf(kmsKeyArn: string | undefined): string {
  return parseArn(kmsKeyArn ?? '')?.region ?? '';
}

/** The check of one bucket, of which the script knows the role or the key. */
function verifyCall({ access }: Grant, bucket: Grant['buckets'][number]): Program {
  return sh`verify_with${join(verifyFlags(bucket, access).map((flag) => sh` ${flag}`))}`;
}
