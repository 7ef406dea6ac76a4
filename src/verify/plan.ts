import { bucketArn, objectArn } from '../model/arn.ts';
import type { CheckId } from '../model/check.ts';
import { PROBE_FOLDER } from '../model/constants.ts';
import { deniedChecks } from './plan-denied.ts';
import { deepTransfer, onceAllowed } from './plan-once.ts';
import {
  listFacts,
  type PlannedCall,
  PROBE_BYTES,
  probeKey,
  type S3CallFacts,
  s3Call,
  stsCall,
} from './planned-call.ts';
import type { VerifyTarget } from './target.ts';

/** A check that will be made. */
export interface PlannedCheck {
  /** Its name in the plan; the id, and the number of the prefix where there are several. */
  readonly node: string;
  readonly id: CheckId;
  readonly action: string;
  readonly resource: string;
  readonly expect: 'allow' | 'deny';
  /** `false`: worth knowing, no failure whatever comes out. */
  readonly required?: false;
  /** Nodes that must have been allowed before. */
  readonly needs: readonly string[];
  /** Nodes that must have ended before, however. */
  readonly after: readonly string[];
  /** A node that tries the same permission: where both are refused, only that one says so. */
  readonly echoes?: string;
  /** `kms`: made only where the bucket turns out to encrypt with a KMS key, and left out of the report elsewhere. */
  readonly only?: 'kms';
  /** The prefix that is probed; empty for the whole bucket. */
  readonly prefix: string;
}

/** A check with the calls that it makes, in order. */
export interface PlannedProbe extends PlannedCheck {
  readonly calls: readonly PlannedCall[];
}

/** What a run will do. */
export interface VerifyPlan {
  /** In an order in which every check comes after those that it waits for. */
  readonly checks: readonly PlannedProbe[];
  /** Calls beside the checks: who calls, where the bucket is, whom it belongs to. */
  readonly beside: readonly PlannedCall[];
}

/** A check without what its place in the plan adds. */
export type Draft = Omit<PlannedProbe, 'node' | 'prefix' | 'needs' | 'after'> & {
  readonly needs?: readonly string[];
  readonly after?: readonly string[];
};

/**
 * The checks for a target, without a call. The longest chain of requests is assume, put, get, delete: everything else runs beside it.
 *
 * @param known the KMS key that the bucket encrypts with, where it is known beforehand: then it stands in the permissions
 */
export function planChecks(target: VerifyTarget, known: { readonly kmsKeyArn?: string } = {}): VerifyPlan {
  const assume = assumeChecks(target);
  const session = assume.slice(0, 1).map((check) => check.node);
  const prefixes = target.prefixes.length === 0 ? [''] : target.prefixes;
  const perPrefix = prefixes.map((prefix, index) => {
    const suffix = prefixes.length === 1 ? '' : `#${index + 1}`;
    return allowed(target, prefix, known.kmsKeyArn, index === 0).map((draft) => place(draft, suffix, session, prefix));
  });
  const settled = perPrefix.flat().filter(({ id }) => id === 'put-object' || id === 'list-bucket');
  const refused = deniedChecks(target).map((draft) => ({
    ...place(draft, '', session, ''),
    // A new role is refused everything until its policy has spread: a refusal counts only once something was answered.
    after: settled.map((check) => check.node),
  }));
  return { checks: [...assume, ...perPrefix.flat(), ...unique(refused)], beside: besides(target) };
}

function place(draft: Draft, suffix: string, session: readonly string[], prefix: string): PlannedProbe {
  return {
    ...draft,
    node: `${draft.id}${suffix}`,
    needs: [...session, ...(draft.needs ?? []).map((node) => `${node}${suffix}`)],
    after: (draft.after ?? []).map((node) => `${node}${suffix}`),
    ...(draft.echoes === undefined ? {} : { echoes: `${draft.echoes}${suffix}` }),
    prefix,
  };
}

/** The session of the run, and the ones that ChannelMix may ask for: these can do nothing, by a session policy. */
function assumeChecks(target: VerifyTarget): readonly PlannedProbe[] {
  if (target.roleArn === undefined) return [];
  const role = { action: 'sts:AssumeRole', resource: target.roleArn, expect: 'allow', after: [], prefix: '' } as const;
  const more = { ...role, needs: ['assume-role'], echoes: 'assume-role' };
  const call = (detail: string) => [stsCall(target, 'AssumeRole', { detail })];
  return [
    { node: 'assume-role', id: 'assume-role', ...role, needs: [], calls: call('for 900 s, the session of the probes') },
    {
      node: 'assume-role-default',
      id: 'assume-role-default',
      ...more,
      calls: call('for the default time, as boto3 asks; the session may do nothing'),
    },
    {
      node: 'assume-role-12h',
      id: 'assume-role-12h',
      ...more,
      required: false,
      calls: call('for 43,200 s; the session may do nothing'),
    },
  ];
}

/** What the grant must allow below one prefix. What depends on the bucket and not on the folder is tried below the first one. */
function allowed(
  target: VerifyTarget,
  prefix: string,
  bucketKey: string | undefined,
  first: boolean,
): readonly Draft[] {
  const { partition, bucket, access, kmsKeyArn = bucketKey } = target;
  const resource = objectArn(partition, bucket, `${prefix}${PROBE_FOLDER}*`);
  const object = { resource, expect: 'allow' } as const;
  const put = { writes: { objects: 1, bytes: PROBE_BYTES } } as const;
  const onKey = (operation: string, facts: S3CallFacts = {}) =>
    s3Call(target, operation, { key: probeKey(prefix), kmsKeyArn: bucketKey, ...facts });
  return [
    {
      id: 'put-object',
      action: 's3:PutObject',
      ...object,
      calls: [
        onKey('PutObject', {
          ...put,
          context: { 's3:if-none-match': '*' },
          detail: 'If-None-Match: *, and no checksum, so that a locked bucket refuses it',
        }),
      ],
    },
    { id: 'get-object', action: 's3:GetObject', ...object, after: ['put-object'], calls: [onKey('GetObject')] },
    { id: 'head-object', action: 's3:GetObject', ...object, needs: ['put-object'], calls: [onKey('HeadObject')] },
    ...(first ? onceAllowed(target, prefix, bucketKey) : []),
    {
      id: 'list-bucket',
      action: 's3:ListBucket',
      resource: bucketArn(partition, bucket),
      expect: 'allow',
      calls: listings(target, prefix),
    },
    ...(access === 'minimal' ? [] : [multipart(target, prefix, bucketKey)]),
    ...(kmsKeyArn === undefined && !first ? [] : [kms(target, prefix, kmsKeyArn)]),
    ...(first && target.deep === true ? deepTransfer(target, prefix, bucketKey) : []),
    {
      id: 'delete-object',
      action: 's3:DeleteObject',
      ...object,
      ...(target.careful === true ? {} : { needs: ['put-object'] }),
      after: [
        'put-object',
        'get-object',
        'head-object',
        'list-bucket',
        ...(first ? ['get-object-range', 'put-object-as-boto3', 'overwrite-object'] : []),
        ...(kmsKeyArn === undefined && !first ? [] : ['put-object-kms']),
      ],
      calls: [
        ...(target.careful === true
          ? [onKey('DeleteObject', { detail: 'If-Match: *, of a key that does not exist, before all puts' })]
          : []),
        onKey('DeleteObject'),
        s3Call(target, 'ListObjectsV2', listFacts(probeKey(prefix), 'is it gone?')),
      ],
    },
  ];
}

/** Without a prefix, and with one; where access is limited to folders only with theirs. */
function listings(target: VerifyTarget, prefix: string): readonly PlannedCall[] {
  if (prefix !== '') return [s3Call(target, 'ListObjectsV2', listFacts(prefix))];
  return ['', PROBE_FOLDER].map((one) => s3Call(target, 'ListObjectsV2', listFacts(one)));
}

/** Two parts that may be as small as one likes, since the upload is aborted. */
function multipart(target: VerifyTarget, prefix: string, kmsKeyArn: string | undefined): Draft {
  const key = probeKey(prefix);
  const part = s3Call(target, 'UploadPart', { key, kmsKeyArn, writes: { objects: 0, bytes: PROBE_BYTES } });
  return {
    id: 'multipart-upload',
    action: 's3:AbortMultipartUpload',
    resource: objectArn(target.partition, target.bucket, `${prefix}${PROBE_FOLDER}*`),
    expect: 'allow',
    calls: [
      s3Call(target, 'CreateMultipartUpload', { key, kmsKeyArn }),
      part,
      part,
      s3Call(target, 'AbortMultipartUpload', { key }),
      s3Call(target, 'ListParts', { key, kmsKeyArn, detail: 'is it gone?' }),
    ],
  };
}

/** With the key that was named, or what the bucket's own encryption has shown. */
function kms(target: VerifyTarget, prefix: string, known: string | undefined): Draft {
  const key = probeKey(prefix);
  const named = target.kmsKeyArn;
  return {
    id: 'put-object-kms',
    action: 'kms:GenerateDataKey',
    resource: known ?? '*',
    expect: 'allow',
    ...(named === undefined ? { needs: ['put-object'], after: ['get-object'], only: 'kms' as const } : {}),
    calls:
      named === undefined
        ? []
        : [
            s3Call(target, 'PutObject', { key, kmsKeyArn: named, writes: { objects: 1, bytes: PROBE_BYTES } }),
            s3Call(target, 'GetObject', { key, kmsKeyArn: named }),
            s3Call(target, 'DeleteObject', { key }),
          ],
  };
}

/** What full access reads of the bucket's settings, the lock before anything is put. */
const BUCKET_READS: readonly string[] = [
  'GetObjectLockConfiguration',
  'GetBucketVersioning',
  'GetBucketRequestPayment',
  'GetBucketReplication',
  'GetBucketNotificationConfiguration',
];

function besides(target: VerifyTarget): readonly PlannedCall[] {
  return [
    stsCall(target, 'GetCallerIdentity', { detail: 'who calls?' }),
    s3Call(target, 'HeadBucket', { as: 'caller', detail: 'in which region is it? A refusal answers that, too' }),
    s3Call(target, 'HeadBucket', { detail: "does it belong to the role's or key's account?" }),
    ...(target.access === 'full' ? BUCKET_READS.map((operation) => s3Call(target, operation)) : []),
  ];
}

/** Gives each node a name of its own. */
function unique(checks: readonly PlannedProbe[]): readonly PlannedProbe[] {
  return checks.map((check, index) => {
    const twin = checks.findIndex(({ node }) => node === check.node) !== index;
    return twin ? { ...check, node: `${check.node}#other-bucket` } : check;
  });
}
