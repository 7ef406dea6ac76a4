import { PROBE_FOLDER } from '../model/constants.ts';
import type { RequestContext } from '../model/decision.ts';
import { s3Permissions, stsPermissions } from '../operations/index.ts';
import type { Permission } from '../operations/types.ts';
import type { VerifyTarget } from './target.ts';

/** A permission that a call needs, and the condition keys that the call itself brings. */
export interface PlannedPermission extends Permission {
  readonly context?: RequestContext;
}

/** One API call of a check. */
export interface PlannedCall {
  readonly service: 's3' | 'sts';
  /** API name: `PutObject`. */
  readonly operation: string;
  /** `subject`: the role's session, or the key. */
  readonly as: 'caller' | 'subject' | 'third-party';
  /** All of them, in the order in which AWS checks them; none for calls that need none. */
  readonly permissions: readonly PlannedPermission[];
  /** What the call puts; nothing for calls that only read or remove. */
  readonly writes?: { readonly objects: number; readonly bytes: number };
  /** What is special about it, in a few words. */
  readonly detail?: string;
}

/** What stands for the 128 random bits in keys of plans: a key as policies match it. */
export const SAMPLE_ID = '0'.repeat(32);

/** The key of a probe object below a prefix, or a sample of one. */
export function probeKey(prefix: string, id: string = SAMPLE_ID): string {
  return `${prefix}${PROBE_FOLDER}${id}`;
}

/**
 * Key of the probe with special characters: what people have in names of reports and clients often encode wrongly, and `%2B`, which
 * must not be decoded twice.
 */
export function specialKey(prefix: string, id: string = SAMPLE_ID): string {
  return `${probeKey(prefix, id)} a+b&c%2Bd=é漢.csv`;
}

/** What is put: a few lines that tell a finder what they are. Those of both rounds have the same length. */
export function probeBody(runId: string, round: 'first' | 'again'): string {
  return [
    'This object was written by "channelmix-s3 verify" to test access to this bucket.',
    'It is removed within seconds. If you still find it, it may be deleted.',
    `run: ${runId}, put: ${round}`,
    '',
  ].join('\n');
}

/** Bytes of a probe object. */
export const PROBE_BYTES: number = probeBody(SAMPLE_ID, 'first').length;

/** What is known of one planned S3 call beside its operation. */
export interface S3CallFacts {
  readonly as?: PlannedCall['as'];
  readonly bucket?: string;
  readonly key?: string;
  /** Key that the bucket, or the call, encrypts with. */
  readonly kmsKeyArn?: string | undefined;
  readonly context?: RequestContext;
  readonly writes?: PlannedCall['writes'];
  readonly detail?: string;
}

/** Facts of a listing of one key. */
export function listFacts(prefix: string, detail?: string): S3CallFacts {
  const context = { 's3:max-keys': '1', ...(prefix === '' ? {} : { 's3:prefix': prefix }) };
  return { context, ...(detail === undefined ? {} : { detail }) };
}

/** The transfer of `--deep`: four parts of the least size that S3 takes for all but the last. */
export const DEEP = { parts: 4, partBytes: 5 * 1024 * 1024 } as const;

/** A call to S3 on the target's bucket, or on the one that is named. */
export function s3Call(target: VerifyTarget, operation: string, facts: S3CallFacts = {}): PlannedCall {
  const { as = 'subject', bucket = target.bucket, key, kmsKeyArn, context, writes, detail } = facts;
  const permissions = s3Permissions({
    operation,
    partition: target.partition,
    bucket,
    ...(key === undefined ? {} : { key }),
    ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
  });
  return {
    service: 's3',
    operation,
    as,
    permissions: permissions.map((one) =>
      context === undefined || !one.action.startsWith('s3:') ? one : { ...one, context },
    ),
    ...(writes === undefined ? {} : { writes }),
    ...(detail === undefined ? {} : { detail }),
  };
}

/** AssumeRole of the target's role; GetCallerIdentity where there is none. */
export function stsCall(
  target: VerifyTarget,
  operation: 'AssumeRole' | 'GetCallerIdentity',
  facts: { readonly as?: 'caller' | 'third-party'; readonly detail?: string } = {},
): PlannedCall {
  const { as = 'caller', detail } = facts;
  const permissions = stsPermissions({
    operation,
    partition: target.partition,
    account: target.account ?? '',
    ...(target.roleArn === undefined ? {} : { roleArn: target.roleArn }),
  });
  return { service: 'sts', operation, as, permissions, ...(detail === undefined ? {} : { detail }) };
}
