import { type Failure, UNKNOWN_YET_CODES } from '../model/failure.ts';

/** A denial by a session that is allowed other things is waited out for this part of the time only: its policy is in force already. */
const SETTLED_PART = 1 / 3;

/** What is known when a call has failed. Times in milliseconds since the run began. */
export interface PatienceFacts {
  /** `--wait`: how long changes in IAM are waited for, from the first failure on. */
  readonly waitMs: number;
  readonly now: number;
  /** When anything first failed as a new role, policy or key does. */
  readonly firstFailure: number;
  /** When this check first did. */
  readonly ownFirstFailure: number;
  /** Another call with the same credentials and policies was allowed already. */
  readonly settled: boolean;
}

/**
 * Whether a failure is one that a change in IAM causes before it has spread: a refusal for lack of an allow, or a key or session that is
 * not known yet. Statements that deny, and everything else, do not go away by waiting.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
 */
export function mayPass(failure: Failure, expect: 'allow' | 'deny'): boolean {
  if (failure.kind === 'credentials') return UNKNOWN_YET_CODES.includes(failure.code);
  if (failure.kind !== 'denied' || expect === 'deny') return false;
  return failure.denial?.explicit !== true && failure.denial?.layer !== 'scp';
}

/** Milliseconds that may still be waited for a failure that `mayPass`; 0 or less: the answer stands. */
export function patienceLeft(facts: PatienceFacts): number {
  const whole = facts.firstFailure + facts.waitMs - facts.now;
  const settledFor = facts.ownFirstFailure + facts.waitMs * SETTLED_PART - facts.now;
  return facts.settled ? Math.min(whole, settledFor) : whole;
}

/** Milliseconds before the n-th repetition (from 0): 250 ms doubled up to 2 s, spread by a quarter so that probes do not march in step. */
export function patienceDelay(repetition: number, random: () => number): number {
  const base = Math.min(250 * 2 ** repetition, 2_000);
  return Math.round(base * (0.75 + random() * 0.25));
}
