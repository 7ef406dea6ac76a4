import type { Check } from '../model/check.ts';
import type { Waited } from './context.ts';
import type { Outcome } from './outcome.ts';
import type { PlannedCheck } from './plan.ts';

/** How a check went, with what its diagnosis needs. */
export interface CheckRecord {
  readonly check: PlannedCheck;
  readonly outcome: Outcome;
  readonly ms: number;
  readonly attempts: number;
  readonly waited: Waited;
}

/** A check that was answered without a call. */
export function uncalledRecord(check: PlannedCheck, outcome: Outcome): CheckRecord {
  return { check, outcome, ms: 0, attempts: 0, waited: { times: 0, ms: 0 } };
}

/** A check that was not made. Whether one of a special bucket would have applied is not known: it is left out of the report. */
export function skippedRecord(check: PlannedCheck, note: string): CheckRecord {
  return uncalledRecord(check, { result: 'skipped', note, ...(check.only === undefined ? {} : { absent: true }) });
}

/** A check as it is reported, without a diagnosis. */
export function bareCheck({ check, outcome, ms, attempts }: CheckRecord): Check {
  const failure = outcome.result === 'deny' || outcome.result === 'error' ? outcome.failure : undefined;
  const { code = '', message = '', requestId } = failure ?? {};
  return {
    id: check.id,
    action: 'action' in outcome && outcome.action !== undefined ? outcome.action : check.action,
    resource: 'resource' in outcome && outcome.resource !== undefined ? outcome.resource : check.resource,
    ...(check.prefix === '' ? {} : { prefix: check.prefix }),
    expect: check.expect,
    result: outcome.result,
    ok: outcome.result === check.expect || check.required === false,
    ...(check.required === false ? { required: false } : {}),
    ms,
    attempts,
    ...('mibPerSecond' in outcome ? { mibPerSecond: outcome.mibPerSecond } : {}),
    ...(failure === undefined ? {} : { error: { code, message, ...(requestId === undefined ? {} : { requestId }) } }),
    ...('note' in outcome && outcome.note !== undefined ? { note: outcome.note } : {}),
  };
}
