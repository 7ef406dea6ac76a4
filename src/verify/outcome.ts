import type { Failure, FailureKind } from '../model/failure.ts';

/** How a probe ended, before it is compared with what was expected. */
export type Outcome =
  | { readonly result: 'allow'; readonly note?: string; readonly resource?: string; readonly mibPerSecond?: number }
  | {
      readonly result: 'deny' | 'error';
      readonly failure: Failure;
      /** The action that failed, where it is another than the check's. */
      readonly action?: string;
      /** The resource, where it is another than the check's. */
      readonly resource?: string;
      readonly note?: string;
    }
  /** `absent`: it does not apply, and is left out of the report. */
  | { readonly result: 'skipped'; readonly note: string; readonly absent?: true };

/** Answers by which AWS says that access does not work; everything else that is no success leaves it open. */
const REFUSALS: readonly FailureKind[] = ['denied', 'acl', 'kms'];

/** The outcome that a failed call means. */
export function failed(failure: Failure, action?: string): Outcome {
  if (failure.kind === 'interrupted') return { result: 'skipped', note: 'interrupted' };
  const result = REFUSALS.includes(failure.kind) ? 'deny' : 'error';
  return { result, failure, ...(action === undefined ? {} : { action }) };
}

/** An answer that is wrong in itself: a success that cannot be true. */
export function wrongAnswer(code: string, message: string): Outcome {
  return { result: 'error', failure: { kind: 'unknown', code, message, attempts: 1 } };
}

/** Whether a check does not apply to what was verified, and is left out of the report. */
export function isAbsent(outcome: Outcome): boolean {
  return outcome.result === 'skipped' && outcome.absent === true;
}

/** Why a check was skipped that needs another one, by its node in the plan. */
export function blockedBy(node: string): string {
  return `needs ${node.split('#')[0]}, which did not succeed`;
}
