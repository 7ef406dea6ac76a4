import { bucketArn, objectArn } from '../model/arn.ts';
import type { CheckId } from '../model/check.ts';
import { PROBE_FOLDER } from '../model/constants.ts';
import type { VerifyTarget } from './target.ts';

/** A check that will be made. */
export interface PlannedCheck {
  /** Its name in the plan; the id, and the number of the prefix where there are several. */
  readonly node: string;
  readonly id: CheckId;
  readonly action: string;
  readonly resource: string;
  readonly expect: 'allow' | 'deny';
  /** Nodes that must have been allowed before. */
  readonly needs: readonly string[];
  /** Nodes that must have ended before, however. */
  readonly after: readonly string[];
  /** The prefix that is probed; empty for the whole bucket. */
  readonly prefix: string;
}

/** What a run will do. */
export interface VerifyPlan {
  /** In an order in which every check comes after those that it waits for. */
  readonly checks: readonly PlannedCheck[];
}

type Draft = Omit<PlannedCheck, 'node' | 'prefix' | 'needs' | 'after'> & {
  readonly needs?: readonly string[];
  readonly after?: readonly string[];
};

/**
 * The checks for a target, without a call. The longest chain of requests is assume, put, get, delete: everything else runs beside it.
 */
export function planChecks(target: VerifyTarget): VerifyPlan {
  const assume: readonly PlannedCheck[] =
    target.roleArn === undefined
      ? []
      : [
          {
            node: 'assume-role',
            id: 'assume-role',
            action: 'sts:AssumeRole',
            resource: target.roleArn,
            expect: 'allow',
            needs: [],
            after: [],
            prefix: '',
          },
        ];
  const session = assume.map((check) => check.node);
  const prefixes = target.prefixes.length === 0 ? [''] : target.prefixes;
  const perPrefix = prefixes.map((prefix, index) => {
    const suffix = prefixes.length === 1 ? '' : `#${index + 1}`;
    return allowed(target, prefix).map((draft) => place(draft, suffix, session, prefix));
  });
  const settled = perPrefix.flat().filter(({ id }) => id === 'put-object' || id === 'list-bucket');
  const refused = denied(target).map((draft) => ({
    ...place(draft, '', session, ''),
    // A new role is refused everything until its policy has spread: a refusal counts only once something was answered.
    after: settled.map((check) => check.node),
  }));
  return { checks: [...assume, ...perPrefix.flat(), ...unique(refused)] };
}

function place(draft: Draft, suffix: string, session: readonly string[], prefix: string): PlannedCheck {
  return {
    ...draft,
    node: `${draft.id}${suffix}`,
    needs: [...session, ...(draft.needs ?? []).map((node) => `${node}${suffix}`)],
    after: (draft.after ?? []).map((node) => `${node}${suffix}`),
    prefix,
  };
}

/** What the grant must allow below one prefix. */
function allowed(target: VerifyTarget, prefix: string): readonly Draft[] {
  const { partition, bucket, access, kmsKeyArn } = target;
  const objects = objectArn(partition, bucket, `${prefix}${PROBE_FOLDER}*`);
  const object = { resource: objects, expect: 'allow' } as const;
  return [
    { id: 'put-object', action: 's3:PutObject', ...object },
    { id: 'get-object', action: 's3:GetObject', ...object, after: ['put-object'] },
    { id: 'head-object', action: 's3:GetObject', ...object, needs: ['put-object'] },
    { id: 'list-bucket', action: 's3:ListBucket', resource: bucketArn(partition, bucket), expect: 'allow' },
    ...(access === 'minimal'
      ? []
      : [{ id: 'multipart-upload', action: 's3:AbortMultipartUpload', ...object } as const]),
    ...(kmsKeyArn === undefined
      ? []
      : [{ id: 'put-object-kms', action: 'kms:GenerateDataKey', resource: kmsKeyArn, expect: 'allow' } as const]),
    {
      id: 'delete-object',
      action: 's3:DeleteObject',
      ...object,
      needs: ['put-object'],
      after: ['get-object', 'head-object', 'list-bucket'],
    },
  ];
}

/**
 * What the grant must not allow, by calls that only read. With full access everything in S3 is allowed. What is granted beside a
 * prefix is probed by reading a key that does not exist: a put would leave something where it succeeds.
 */
function denied(target: VerifyTarget): readonly Draft[] {
  if (target.access === 'full') return [];
  const { partition, bucket, otherBucket } = target;
  const refuse = (action: string, resource: string): Draft => ({
    id: `denied:${action}`,
    action,
    resource,
    expect: 'deny',
  });
  return [
    refuse('s3:ListAllMyBuckets', '*'),
    refuse('s3:GetBucketPolicy', bucketArn(partition, bucket)),
    ...(target.prefixes.length === 0
      ? []
      : [
          refuse('s3:ListBucket', bucketArn(partition, bucket)),
          refuse('s3:GetObject', objectArn(partition, bucket, `${PROBE_FOLDER}*`)),
        ]),
    ...(otherBucket === undefined ? [] : [refuse('s3:ListBucket', bucketArn(partition, otherBucket))]),
  ];
}

/** Gives each node a name of its own. */
function unique(checks: readonly PlannedCheck[]): readonly PlannedCheck[] {
  return checks.map((check, index) => {
    const twin = checks.findIndex(({ node }) => node === check.node) !== index;
    return twin ? { ...check, node: `${check.node}#other-bucket` } : check;
  });
}
