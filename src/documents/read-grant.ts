import { PARTITIONS, type Partition, parseArn } from '../model/arn.ts';
import { DEFAULT_ROLE_NAME } from '../model/constants.ts';
import { inputError, type Problem } from '../model/errors.ts';
import type { AccessLevel, AuthWay, BucketGrant, Grant } from '../model/grant.ts';
import {
  bucketNameRule,
  iamNameRule,
  iamPathRule,
  kmsKeyArnRule,
  policyArnRule,
  prefixRule,
  RULE_DOCS,
  type Rule,
  tagKeyRule,
  tagValueRule,
} from './rules.ts';
import { defaultLabel, schemaProblem } from './schema-problems.ts';
import { validateGrant } from './validators.generated.js';

/** Length of the suffix that `uniqueName` adds: a hyphen and 16 letters and digits (80 bits). */
export const UNIQUE_SUFFIX_LENGTH = 17;

/** A grant as it is written in `channelmix.yaml`, Pulumi config or flags: the shape of policies/schemas/grant.schema.json. */
export interface GrantInput {
  readonly auth?: AuthWay;
  readonly access?: AccessLevel;
  readonly bucket?: string;
  readonly createBucket?: boolean;
  readonly prefix?: string;
  readonly kmsKeyArn?: string;
  readonly buckets?: readonly BucketInput[];
  readonly roleName?: string;
  readonly rolePath?: string;
  readonly uniqueName?: boolean;
  readonly permissionsBoundary?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly protectBucket?: boolean;
  readonly partition?: Partition;
}

interface BucketInput {
  readonly name: string;
  readonly create?: boolean;
  readonly prefixes?: readonly string[];
  readonly kmsKeyArn?: string;
}

/** Where a grant comes from: how its reader names a field, and what to call it in an error. */
export interface GrantSource {
  /** For example `channelmix.yaml`, `the command line`, `Pulumi config`. */
  readonly name: string;
  /** What the user would look for: `--bucket`, `channelmix-s3:bucket`, `line 3: bucket`. Default: `buckets[0].name`. */
  readonly label?: (path: readonly string[]) => string;
}

/**
 * Reads a grant from plain data and fills in the defaults.
 *
 * @throws KitError `input` that lists every problem, each with the field, the value and AWS's rule.
 */
export function readGrant(input: unknown, source: GrantSource): Grant {
  const label = source.label ?? defaultLabel;
  const shape = shapeProblems(input, label);
  if (shape.length > 0) throw inputError(`${source.name} is not a valid grant:`, shape);
  const grant = toGrant(input as GrantInput);
  const problems = ruleProblems(input as GrantInput, grant, label);
  if (problems.length > 0) throw inputError(`${source.name} is not a valid grant:`, problems);
  return grant;
}

function shapeProblems(input: unknown, label: (path: readonly string[]) => string): readonly Problem[] {
  if (validateGrant(input)) return [];
  const words = {
    label,
    keysAt: (path: readonly string[]) => (path.length === 0 ? GRANT_KEYS : BUCKET_KEYS),
    whole: 'must be a list of keys and values, such as "bucket: my-bucket"',
  };
  return (validateGrant.errors ?? []).map((error) => schemaProblem(error, input, words));
}

const GRANT_KEYS: readonly string[] = [
  'auth',
  'access',
  'bucket',
  'createBucket',
  'prefix',
  'kmsKeyArn',
  'buckets',
  'roleName',
  'rolePath',
  'uniqueName',
  'permissionsBoundary',
  'tags',
  'protectBucket',
  'partition',
];
const BUCKET_KEYS: readonly string[] = ['name', 'create', 'prefixes', 'kmsKeyArn'];

function toGrant(input: GrantInput): Grant {
  return {
    auth: input.auth ?? 'role',
    access: input.access ?? 'minimal',
    buckets: input.buckets?.map(toBucket) ?? [singleBucket(input)],
    roleName: input.roleName ?? DEFAULT_ROLE_NAME,
    rolePath: input.rolePath ?? '/',
    uniqueName: input.uniqueName ?? false,
    ...(input.permissionsBoundary === undefined ? {} : { permissionsBoundary: input.permissionsBoundary }),
    tags: input.tags ?? {},
    protectBucket: input.protectBucket ?? true,
    partition: input.partition ?? 'aws',
  };
}

function singleBucket(input: GrantInput): BucketGrant {
  return toBucket({
    name: input.bucket ?? '',
    create: input.createBucket ?? false,
    prefixes: input.prefix === undefined ? [] : [input.prefix],
    ...(input.kmsKeyArn === undefined ? {} : { kmsKeyArn: input.kmsKeyArn }),
  });
}

/** A prefix is a folder: without its closing slash `Client1` would also open `Client12`. */
function toBucket(bucket: BucketInput): BucketGrant {
  const prefixes = (bucket.prefixes ?? []).map((prefix) =>
    prefix.endsWith('/') || prefix === '' ? prefix : `${prefix}/`,
  );
  return {
    name: bucket.name,
    create: bucket.create ?? false,
    prefixes: [...new Set(prefixes)],
    ...(bucket.kmsKeyArn === undefined ? {} : { kmsKeyArn: bucket.kmsKeyArn }),
  };
}

function ruleProblems(input: GrantInput, grant: Grant, label: (path: readonly string[]) => string): readonly Problem[] {
  const problems: Problem[] = [];
  const check = (path: readonly string[], value: string | undefined, rule: Rule, docs: string): void => {
    const broken = value === undefined ? undefined : rule(value);
    if (broken !== undefined)
      problems.push({ field: label(path), value: (value ?? '').slice(0, 100), rule: broken, docs });
  };
  checkBuckets(input, label, problems, check);
  check(
    ['roleName'],
    input.roleName,
    iamNameRule(grant.uniqueName ? 64 - UNIQUE_SUFFIX_LENGTH : 64),
    RULE_DOCS.iamName,
  );
  check(['rolePath'], input.rolePath, iamPathRule, RULE_DOCS.iamName);
  check(['permissionsBoundary'], input.permissionsBoundary, policyArnRule, RULE_DOCS.arn);
  for (const [key, value] of Object.entries(grant.tags)) {
    check(['tags', key], key, tagKeyRule, RULE_DOCS.tags);
    check(['tags', key], value, tagValueRule, RULE_DOCS.tags);
  }
  if (Object.keys(grant.tags).length > 50) problems.push({ field: label(['tags']), rule: 'must have at most 50 tags' });
  if (grant.access === 'full' && grant.buckets.some((bucket) => bucket.prefixes.length > 0)) {
    problems.push({ field: label(['access']), value: 'full', rule: 'cannot be limited to prefixes: use extended' });
  }
  problems.push(...partitionProblems(grant, label), ...regionProblems(grant, label));
  return problems;
}

function checkBuckets(
  input: GrantInput,
  label: (path: readonly string[]) => string,
  problems: Problem[],
  check: (path: readonly string[], value: string | undefined, rule: Rule, docs: string) => void,
): void {
  if (input.buckets === undefined) {
    if (input.bucket === undefined) {
      problems.push({ field: label(['bucket']), rule: 'is missing: name the bucket that ChannelMix shall use' });
      return;
    }
    check(['bucket'], input.bucket, bucketNameRule, RULE_DOCS.bucketName);
    check(['prefix'], input.prefix, prefixRule, RULE_DOCS.objectKey);
    check(['kmsKeyArn'], input.kmsKeyArn, kmsKeyArnRule, RULE_DOCS.arn);
    return;
  }
  for (const key of ['bucket', 'createBucket', 'prefix', 'kmsKeyArn'] as const) {
    if (input[key] !== undefined)
      problems.push({ field: label([key]), rule: 'cannot stand beside "buckets": put it into the list' });
  }
  const seen = new Set<string>();
  for (const [index, bucket] of input.buckets.entries()) {
    const path = ['buckets', String(index)];
    check([...path, 'name'], bucket.name, bucketNameRule, RULE_DOCS.bucketName);
    if (seen.has(bucket.name))
      problems.push({ field: label([...path, 'name']), value: bucket.name, rule: 'is named twice' });
    seen.add(bucket.name);
    for (const [at, prefix] of (bucket.prefixes ?? []).entries()) {
      check([...path, 'prefixes', String(at)], prefix, prefixRule, RULE_DOCS.objectKey);
    }
    check([...path, 'kmsKeyArn'], bucket.kmsKeyArn, kmsKeyArnRule, RULE_DOCS.arn);
  }
}

function partitionProblems(grant: Grant, label: (path: readonly string[]) => string): readonly Problem[] {
  const problems: Problem[] = [];
  if (grant.auth === 'role' && grant.partition !== 'aws') {
    const rule = 'must be key: a role cannot be assumed across partitions, and ChannelMix is in "aws"';
    problems.push({ field: label(['auth']), value: 'role', rule, docs: RULE_DOCS.arn });
  }
  const arns = [grant.permissionsBoundary, ...grant.buckets.map((bucket) => bucket.kmsKeyArn)];
  for (const text of arns) {
    const partition = text === undefined ? undefined : parseArn(text)?.partition;
    if (partition !== undefined && PARTITIONS.some((known) => known === partition) && partition !== grant.partition) {
      const rule = `is in partition "${partition}", the grant in "${grant.partition}"`;
      problems.push({ field: label(['partition']), value: text ?? '', rule });
    }
  }
  return problems;
}

/** Buckets that are made together are made in one region, and S3 encrypts with keys of the bucket's region only. */
function regionProblems({ buckets }: Grant, label: (path: readonly string[]) => string): readonly Problem[] {
  const made = buckets.flatMap(({ create, kmsKeyArn }, index) => {
    const region = create ? parseArn(kmsKeyArn ?? '')?.region : undefined;
    return region === undefined ? [] : [{ index, region, kmsKeyArn }];
  });
  const [first] = made;
  return made.flatMap(({ index, region, kmsKeyArn = '' }) => {
    if (first === undefined || region === first.region) return [];
    const rule = `is in region "${region}", the key of another bucket that is made in "${first.region}": use two grants`;
    return [
      { field: label(['buckets', String(index), 'kmsKeyArn']), value: kmsKeyArn, rule, docs: RULE_DOCS.bucketKey },
    ];
  });
}
