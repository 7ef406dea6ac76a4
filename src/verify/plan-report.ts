import { SCHEMA_VERSION } from '../model/constants.ts';
import type { PlannedCallReport, PlannedCheckReport, VerifyPlanReport } from '../model/verify-plan.ts';
import { type PlannedProbe, planChecks } from './plan.ts';
import { type PlannedCall, probeKey, specialKey } from './planned-call.ts';
import type { VerifyTarget } from './target.ts';

/** What stands for the random part of a key in words. */
const ID = '<id>';

/**
 * What a verify of the target would call and write, in the order of its checks. Makes no call and needs no credentials.
 *
 * @param mode how it would be verified
 */
export function planReport(target: VerifyTarget, mode: VerifyPlanReport['mode']): VerifyPlanReport {
  const { checks, beside } = planChecks(target);
  const calls = [...beside, ...checks.flatMap((check) => check.calls)];
  return {
    schemaVersion: SCHEMA_VERSION,
    command: 'verify',
    plan: true,
    mode,
    ...(target.roleArn === undefined ? {} : { roleArn: target.roleArn }),
    bucket: target.bucket,
    prefixes: target.prefixes,
    access: target.access,
    beside: beside.map(callReport),
    checks: checks.map(checkReport),
    writes: {
      objects: sum(calls, ({ writes }) => writes?.objects ?? 0),
      bytes: sum(calls, ({ writes }) => writes?.bytes ?? 0),
      keys: keysOf(target),
    },
    requests: {
      total: calls.length,
      writeAndList: calls.filter((call) => classOf(call) === 'writeAndList').length,
      read: calls.filter((call) => classOf(call) === 'read').length,
      free: calls.filter((call) => classOf(call) === 'free').length,
    },
  };
}

function checkReport(check: PlannedProbe): PlannedCheckReport {
  const { id, prefix, expect, required, only, needs, after, calls } = check;
  return {
    id,
    ...(prefix === '' ? {} : { prefix }),
    expect,
    ...(required === undefined ? {} : { required }),
    ...(only === undefined ? {} : { only }),
    after: [...new Set([...needs, ...after])],
    calls: calls.map(callReport),
  };
}

function callReport({ service, operation, as, detail, permissions }: PlannedCall): PlannedCallReport {
  return {
    call: `${service.toUpperCase()} ${operation}`,
    as,
    ...(detail === undefined ? {} : { detail }),
    permissions: permissions.map(({ action, resource }) => ({ action, resource })),
  };
}

function keysOf({ prefixes }: VerifyTarget): readonly string[] {
  const [first = ''] = prefixes;
  return [...(prefixes.length === 0 ? [''] : prefixes).map((prefix) => probeKey(prefix, ID)), specialKey(first, ID)];
}

function sum(calls: readonly PlannedCall[], of: (call: PlannedCall) => number): number {
  return calls.reduce((total, call) => total + of(call), 0);
}

/** https://aws.amazon.com/s3/pricing/ ("PUT, COPY, POST, LIST", "GET, SELECT and all other"; DELETE is free) */
function classOf({ service, operation }: PlannedCall): keyof Omit<VerifyPlanReport['requests'], 'total'> {
  if (service === 'sts' || /^(Delete|Abort)/.test(operation)) return 'free';
  return /^(Put|Create|Upload|Complete|List)/.test(operation) ? 'writeAndList' : 'read';
}
