import type { CallResult, S3, STS } from '../aws/index.ts';
import { bucketArn, objectArn } from '../model/arn.ts';
import type { Diagnosis } from '../model/check.ts';
import { CHANNELMIX_ACCOUNT_ID, SESSION_SECONDS } from '../model/constants.ts';
import { type Failure, UNKNOWN_KEY_CODES } from '../model/failure.ts';
import { shellWord } from '../model/shell.ts';
import { failed, type Outcome, wrongAnswer } from './outcome.ts';
import type { PlannedCheck } from './plan.ts';
import { probeKey } from './planned-call.ts';
import { readRefusal } from './probes/denied.ts';
import type { VerifyTarget } from './target.ts';

/** One call that has to be refused. */
export interface Revocation {
  readonly check: PlannedCheck;
  readonly send: (options: { readonly abortSignal: AbortSignal }) => Promise<unknown>;
  /** What to say where it is still allowed. */
  readonly diagnosis: Diagnosis;
}

/**
 * What must be refused after a teardown: assuming the role (or using the key), and listing and reading in each folder.
 *
 * @param id 128 random bits in hexadecimal: name of the session, and of keys that do not exist
 */
export function revocationsOf(target: VerifyTarget, sts: STS, s3: S3, id: string): readonly Revocation[] {
  const { bucket, partition } = target;
  const folders = target.prefixes.length === 0 ? [''] : target.prefixes;
  return [
    target.roleArn === undefined ? useOfKey(sts) : assumption(sts, target.roleArn, id),
    ...folders.map((prefix, index) => ({
      check: planned('s3:ListBucket', bucketArn(partition, bucket), prefix, index),
      send: (options: { readonly abortSignal: AbortSignal }) =>
        s3.listObjectsV2({ Bucket: bucket, MaxKeys: 1, ...(prefix === '' ? {} : { Prefix: prefix }) }, options),
      diagnosis: stillReads(target, 'list'),
    })),
    ...folders.map((prefix, index) => ({
      check: planned('s3:GetObject', objectArn(partition, bucket, `${prefix}*`), prefix, index),
      send: (options: { readonly abortSignal: AbortSignal }) =>
        s3.getObject({ Bucket: bucket, Key: probeKey(prefix, id) }, options),
      diagnosis: stillReads(target, 'read objects of'),
    })),
  ];
}

function planned(action: string, resource: string, prefix = '', index = 0): PlannedCheck {
  const id = `denied:${action}` as const;
  const node = index === 0 ? id : `${id}#${index + 1}`;
  return { node, id, action, resource, expect: 'deny', needs: [], after: [], prefix };
}

function useOfKey(sts: STS): Revocation {
  return {
    check: planned('sts:GetCallerIdentity', '*'),
    send: (options) => sts.getCallerIdentity({}, options),
    diagnosis: {
      layer: 'credentials',
      evidence: 'aws',
      cause: 'the access key is still active',
      fix: 'Delete the access key, then its user: a key without permissions is still a key.',
    },
  };
}

function assumption(sts: STS, roleArn: string, id: string): Revocation {
  const input = {
    RoleArn: roleArn,
    RoleSessionName: `channelmix-revoked-${id.slice(0, 16)}`,
    DurationSeconds: SESSION_SECONDS,
  };
  return {
    check: planned('sts:AssumeRole', roleArn),
    send: (options) => sts.assumeRole(input, options),
    diagnosis: {
      layer: 'trust',
      evidence: 'aws',
      cause: `account ${CHANNELMIX_ACCOUNT_ID} can still assume the role`,
      fix: `Delete the role, or remove account ${CHANNELMIX_ACCOUNT_ID} from its trust policy. If that was done less than a minute ago, run this again with --wait 2m.`,
      remedy: { command: `aws iam get-role --role-name ${shellWord(roleArn.split('/').at(-1) ?? '')}` },
    },
  };
}

function stillReads({ way, bucket }: VerifyTarget, what: string): Diagnosis {
  return way === 'role'
    ? {
        layer: 'bucket-policy',
        evidence: 'aws',
        cause: `ChannelMix without the role may still ${what} bucket ${bucket}`,
        fix: `In the policy of bucket ${bucket}, remove every statement whose principal is account ${CHANNELMIX_ACCOUNT_ID} or everybody.`,
      }
    : {
        layer: 'identity',
        evidence: 'aws',
        cause: `the key may still ${what} bucket ${bucket}`,
        fix: 'Delete the access key, then its user.',
      };
}

/** Layers that are ChannelMix's own affair: what they refuse may be open to others of its account. */
const OF_CALLER = new Set(['identity', 'boundary', 'session', 'scp']);

/**
 * What an answer proves. A missing bucket has nothing to read any more; a refusal by the caller's own policies says nothing about the
 * role or the bucket.
 */
export function readRevocation(way: VerifyTarget['way'], check: PlannedCheck, answer: CallResult<unknown>): Outcome {
  const ofSts = check.action.startsWith('sts:');
  if (answer.ok) {
    if (!ofSts) return readRefusal(check, answer);
    const { Arn, Credentials } = answer.value as { readonly Arn?: unknown; readonly Credentials?: unknown };
    if ((Arn ?? Credentials) !== undefined) return { result: 'allow' };
    return wrongAnswer('NoAnswer', `a success, and nothing in it that STS answers to ${check.action}`);
  }
  const { failure } = answer;
  if (isUnknownKey(failure)) return { result: 'deny', failure };
  if (failure.code === 'NoSuchBucket') return { result: 'deny', failure, note: 'there is no such bucket any more' };
  if (way === 'role' && failure.kind === 'denied' && OF_CALLER.has(failure.denial?.layer ?? '')) {
    return { result: 'error', failure, note: "refused by ChannelMix's own policies, which proves nothing" };
  }
  return ofSts ? failed(failure) : readRefusal(check, answer);
}

/** A key that was deleted or made inactive is not known any more. */
export function isUnknownKey({ code }: Failure): boolean {
  return UNKNOWN_KEY_CODES.includes(code);
}
