import fullDocument from '../../policies/documents/amazon-s3-full-access.json' with { type: 'json' };
import tlsOnlyTemplate from '../../policies/documents/bucket-tls-only.json' with { type: 'json' };
import extendedTemplate from '../../policies/documents/extended.json' with { type: 'json' };
import kmsTemplate from '../../policies/documents/kms.json' with { type: 'json' };
import minimalTemplate from '../../policies/documents/minimal.json' with { type: 'json' };
import trustTemplate from '../../policies/documents/trust.json' with { type: 'json' };
import { type FillValues, fillTemplate } from '../documents/fill.ts';
import { bucketArn, objectArn, type Partition, parseArn } from '../model/arn.ts';
import { CHANNELMIX_ACCOUNT_ID, PROBE_FOLDER } from '../model/constants.ts';
import { KitError } from '../model/errors.ts';
import type { BucketGrant, Grant } from '../model/grant.ts';
import type { JsonValue, PolicyDocument, PolicyStatement } from '../model/policy.ts';

/** What the documents of a grant depend on. */
export type DocumentGrant = Pick<Grant, 'access' | 'buckets' | 'partition'>;

/** Characters that a customer managed policy may have, white space not counted. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MANAGED_POLICY_LIMIT = 6144;

/** Managed policies that a role or a user may have, as long as nobody asked AWS for more. Same page. */
const ATTACHED_POLICIES_LIMIT = 10;

/** ARN of the AWS managed policy that the access level `full` attaches. */
export function fullAccessPolicyArn(partition: Partition): string {
  return `arn:${partition}:iam::aws:policy/AmazonS3FullAccess`;
}

/** The document of AmazonS3FullAccess. https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonS3FullAccess.html */
export function fullAccessDocument(): PolicyDocument {
  return fullDocument as PolicyDocument;
}

/**
 * The identity policy that the grant needs of its own: everything for minimal and extended; for full, whose S3 permissions come from the
 * AWS managed policy, only the use of KMS keys, and `undefined` when there are none.
 *
 * @throws KitError `input` when the document is larger than a managed policy may be: `identityPolicies` makes several
 */
export function identityPolicy(grant: DocumentGrant): PolicyDocument | undefined {
  const document = buildIdentityPolicy(grant);
  const size = document === undefined ? 0 : policySize(document);
  if (size <= MANAGED_POLICY_LIMIT) return document;
  throw new KitError(
    'input',
    `The policy for these buckets and prefixes has ${size} characters; IAM allows ${MANAGED_POLICY_LIMIT}.`,
    { hint: 'Name fewer prefixes, a common parent folder, or split the buckets over two grants.' },
  );
}

/**
 * The identity policies that the grant needs of its own: one where IAM can store it in one, otherwise as few as follow from filling each with
 * buckets, and a bucket's prefixes, in their order. Together they allow what the one would.
 *
 * @throws KitError `input` when they are more than IAM lets be attached to one role or user
 */
export function identityPolicies(grant: DocumentGrant): readonly PolicyDocument[] {
  const whole = buildIdentityPolicy(grant);
  if (whole === undefined) return [];
  if (policySize(whole) <= MANAGED_POLICY_LIMIT) return [whole];
  const parts = splitBuckets(grant).flatMap((buckets) => buildIdentityPolicy({ ...grant, buckets }) ?? []);
  const free = ATTACHED_POLICIES_LIMIT - (grant.access === 'full' ? 1 : 0);
  if (parts.length <= free) return parts;
  throw new KitError(
    'input',
    `The permissions for these buckets and prefixes have ${policySize(whole)} characters, which is ${parts.length} policies of at most ${MANAGED_POLICY_LIMIT}; IAM attaches ${free} to one role or user.`,
    {
      hint: 'Name fewer prefixes, a common parent folder, or split the buckets over several grants with a role name each.',
    },
  );
}

/** The buckets in groups whose policies IAM can store. What one prefix of one bucket needs always fits. */
function splitBuckets(grant: DocumentGrant): readonly (readonly BucketGrant[])[] {
  const groups: (readonly BucketGrant[])[] = [];
  let group: readonly BucketGrant[] = [];
  for (const bucket of grant.buckets) {
    for (const prefix of bucket.prefixes.length === 0 ? [undefined] : bucket.prefixes) {
      const larger = withPrefix(group, bucket, prefix);
      const document = buildIdentityPolicy({ ...grant, buckets: larger });
      if (document === undefined || policySize(document) <= MANAGED_POLICY_LIMIT) {
        group = larger;
      } else {
        groups.push(group);
        group = withPrefix([], bucket, prefix);
      }
    }
  }
  return [...groups, group];
}

function withPrefix(
  group: readonly BucketGrant[],
  bucket: BucketGrant,
  prefix: string | undefined,
): readonly BucketGrant[] {
  const last = group.at(-1);
  const same = last?.name === bucket.name ? last : undefined;
  const prefixes = [...(same?.prefixes ?? []), ...(prefix === undefined ? [] : [prefix])];
  return [...(same === undefined ? group : group.slice(0, -1)), { ...bucket, prefixes }];
}

function buildIdentityPolicy(grant: DocumentGrant): PolicyDocument | undefined {
  const values = identityValues(grant);
  const kms = fill(kmsTemplate, values);
  if (grant.access === 'full') return statementsOf(kms).length === 0 ? undefined : kms;
  const access = fill(grant.access === 'minimal' ? minimalTemplate : extendedTemplate, values);
  return { ...access, Statement: [...statementsOf(access), ...statementsOf(kms)] };
}

/** Trust in ChannelMix's account, without external ID and MFA, which ChannelMix supports neither of. */
export function trustPolicy(partition: Partition): PolicyDocument {
  return fill(trustTemplate, { channelMixAccountArn: `arn:${partition}:iam::${CHANNELMIX_ACCOUNT_ID}:root` });
}

/**
 * What the policy of a KMS key must say where it leaves permissions to itself and not to IAM, or where the key belongs to another account.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
 */
export function keyPolicyStatement(principalArn: string): PolicyStatement {
  return {
    Effect: 'Allow',
    Principal: { AWS: principalArn },
    Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
    Resource: '*',
  };
}

/** A bucket policy that refuses plain HTTP. https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html */
export function tlsOnlyBucketPolicy(bucket: string, partition: Partition): PolicyDocument {
  return fill(tlsOnlyTemplate, {
    bucketArn: bucketArn(partition, bucket),
    allObjectsArn: objectArn(partition, bucket, '*'),
  });
}

/** Size of a document as IAM counts it: characters without white space between its parts. */
function policySize(document: PolicyDocument): number {
  return JSON.stringify(document).length;
}

function identityValues(grant: DocumentGrant): FillValues {
  const { buckets, partition } = grant;
  const arnOf = (bucket: BucketGrant) => bucketArn(partition, bucket.name);
  const keys = [...new Set(buckets.flatMap((bucket) => bucket.kmsKeyArn ?? []))];
  return {
    bucketArns: buckets.map(arnOf),
    wholeBucketArns: buckets.filter((bucket) => bucket.prefixes.length === 0).map(arnOf),
    objectArns: buckets.flatMap((bucket) =>
      patternsOf(bucket).map((pattern) => objectArn(partition, bucket.name, pattern)),
    ),
    // A bucket that the kit creates keeps old versions: without this, each verify would leave two of its probe object (decision 3).
    probeArns: buckets
      .filter((bucket) => bucket.create)
      .flatMap((bucket) =>
        foldersOf(bucket).map((folder) => objectArn(partition, bucket.name, `${folder}${PROBE_FOLDER}*`)),
      ),
    prefixedBuckets: buckets
      .filter((bucket) => bucket.prefixes.length > 0)
      .map((bucket, index) => ({
        listSid: `ChannelMixListPrefixes${index + 1}`,
        bucketArn: arnOf(bucket),
        prefixPatterns: patternsOf(bucket),
      })),
    kmsKeys: keys.map((keyArn, index) => ({ sid: `ChannelMixUseKey${index + 1}`, keyArn, viaService: viaS3(keyArn) })),
  };
}

/** The folders that access is limited to; the whole bucket is the folder without a name. */
function foldersOf(bucket: BucketGrant): readonly string[] {
  return bucket.prefixes.length === 0 ? [''] : bucket.prefixes;
}

function patternsOf(bucket: BucketGrant): readonly string[] {
  return foldersOf(bucket).map((folder) => `${folder}*`);
}

/** Values of kms:ViaService for S3 in the key's region. https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service */
function viaS3(keyArn: string): readonly string[] {
  const { region = '*', partition } = parseArn(keyArn) ?? {};
  const service = `s3.${region}.amazonaws.com`;
  if (partition === 'aws-cn') return [service, `${service}.cn`];
  if (partition === 'aws-eusc') return [service, `s3.${region}.amazonaws.eu`];
  return [service];
}

function fill(template: JsonValue, values: FillValues): PolicyDocument {
  return fillTemplate(template, values) as unknown as PolicyDocument;
}

function statementsOf(document: PolicyDocument): readonly PolicyStatement[] {
  return [document.Statement].flat();
}
