import {
  type AskedPermission,
  type CheckVerdict,
  judgePermissions,
  openTexts,
  whatDecided,
} from '../diagnose/index.ts';
import type { AccessDocuments } from '../model/access-documents.ts';
import type { Failure } from '../model/failure.ts';
import type { SimulatorAnswer } from '../model/simulator.ts';
import type { Outcome } from './outcome.ts';
import type { PlannedProbe } from './plan.ts';
import { type PlannedCall, SAMPLE_ID } from './planned-call.ts';

/** The longest session, in seconds: what `assume-role-12h` asks for. */
const LONGEST_SECONDS = 43_200;

/** Calls whose refusal the probe does not take for the check's: looks at an effect, and removals that the cleanup repeats. */
const ASIDE: Readonly<Record<string, readonly string[]>> = {
  'delete-object': ['ListObjectsV2'],
  'overwrite-object': ['GetObject'],
  'put-object-kms': ['DeleteObject'],
  'special-keys': ['GetObject', 'ListObjectsV2', 'DeleteObject'],
  'transfer-download': ['DeleteObject'],
};

/** Checks that put a new object, and never over one: `If-None-Match: *`. */
const PUT_NEW: readonly string[] = ['put-object', 'put-object-kms', 'special-keys'];

/** What a check needs, in order: the permissions of its calls. */
export function permissionsOf(check: PlannedProbe, kmsKeyArn: string | undefined): readonly AskedPermission[] {
  const aside = ASIDE[check.id] ?? [];
  const asked = check.calls.filter(({ operation }) => !aside.includes(operation)).flatMap(ofCall);
  const named = check.id === 'put-object-kms' && kmsKeyArn !== undefined;
  const conditional = asked.map((one) => (PUT_NEW.includes(check.id) ? asNew(one) : one));
  const encrypted = named ? conditional.map((one) => encryptedWith(one, kmsKeyArn)) : conditional;
  if (encrypted.length > 0) return encrypted;
  return [{ action: check.action, resource: check.resource.replace(/\/\*$/, `/${SAMPLE_ID}`) }];
}

function ofCall({ operation, permissions }: PlannedCall): readonly AskedPermission[] {
  const object = permissions.find(
    ({ action, resource }) => action.startsWith('s3:') && resource.includes('/'),
  )?.resource;
  return permissions.map((one) => ({ ...one, operation, ...(object === undefined ? {} : { object }) }));
}

function asNew(asked: AskedPermission): AskedPermission {
  if (asked.action !== 's3:PutObject') return asked;
  return { ...asked, context: { ...asked.context, 's3:if-none-match': '*' } };
}

/** The headers that name the key, as condition keys. */
function encryptedWith(asked: AskedPermission, kmsKeyArn: string): AskedPermission {
  if (asked.action !== 's3:PutObject') return asked;
  const headers = {
    's3:x-amz-server-side-encryption': 'aws:kms',
    's3:x-amz-server-side-encryption-aws-kms-key-id': kmsKeyArn,
  };
  return { ...asked, context: { ...asked.context, ...headers } };
}

/** A check as the documents answer it, with the verdict that the answer was made of. */
export interface Judged {
  readonly outcome: Outcome;
  readonly verdict?: CheckVerdict;
}

/**
 * Answers a check from the documents. A verdict that depends on what is not known is an `error`, never a refusal or permission.
 *
 * @param date of the simulated requests, ISO 8601
 * @param answers of AWS's policy simulator
 */
export function judgeCheck(
  documents: AccessDocuments,
  check: PlannedProbe,
  kmsKeyArn: string | undefined,
  date: string,
  answers: readonly SimulatorAnswer[],
): Judged {
  if (check.id === 'denied:sts:AssumeRole') {
    return { outcome: { result: 'skipped', note: 'only a real call of a third account shows it' } };
  }
  const verdict = judgePermissions(documents, permissionsOf(check, kmsKeyArn), date, answers);
  if (check.id === 'assume-role-12h' && verdict.result === 'allow') {
    return { verdict, outcome: longSession(documents) };
  }
  return { verdict, outcome: outcomeOf(check, verdict) };
}

function outcomeOf(check: PlannedProbe, verdict: CheckVerdict): Outcome {
  const { decisive } = verdict;
  const elsewhere = {
    ...(decisive.action === check.action ? {} : { action: decisive.action }),
  };
  if (verdict.result === 'allow') {
    const heard = verdict.comparisons.flatMap(({ text }) => text ?? []);
    if (heard.length > 0) return { result: 'allow', note: heard.join('; ') };
    if (verdict.reservations.length === 0) return { result: 'allow' };
    return {
      result: 'allow',
      note: `as far as could be read: not ${verdict.reservations.map(({ what }) => what).join(', ')}`,
    };
  }
  if (verdict.result === 'open') {
    const message = openTexts(decisive).join('; ');
    return { result: 'error', failure: unknownFailure(message), ...elsewhere, note: message };
  }
  return { result: 'deny', failure: denialFailure(verdict), ...elsewhere };
}

function unknownFailure(message: string): Failure {
  return { kind: 'unknown', code: 'NotDecided', message, attempts: 0 };
}

/** A refusal as AWS would word it, so that it is explained by the same table. */
function denialFailure({ decisive }: CheckVerdict): Failure {
  const { action, resource, layer, decision } = decisive;
  return {
    kind: 'denied',
    code: 'Simulated',
    message: whatDecided(decisive).replaceAll(SAMPLE_ID, '*'),
    attempts: 0,
    denial: {
      action,
      resource,
      ...(layer === undefined ? {} : { layer }),
      ...(layer === undefined ? {} : { explicit: decision?.explanation.decision.decision === 'explicitDeny' }),
    },
  };
}

/** Not a matter of policies, but of the role's setting. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage-assume.html */
function longSession({ principal }: AccessDocuments): Outcome {
  const { maxSessionSeconds } = principal;
  if (maxSessionSeconds === undefined || maxSessionSeconds >= LONGEST_SECONDS) return { result: 'allow' };
  const message = `the MaxSessionDuration of the role is ${maxSessionSeconds} s`;
  return {
    result: 'deny',
    failure: { kind: 'unknown', code: 'Simulated', message, attempts: 0 },
    note: `sessions of 12 h are not given: ${message}. ChannelMix gets along with shorter ones, and asks again`,
  };
}
