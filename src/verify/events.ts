import type { Check, CheckId, VerifyReport } from '../model/check.ts';
import type { PlannedCheck } from './plan.ts';

/** What a run tells while it runs. The last one is the report. */
export type VerifyEvent =
  | { readonly type: 'plan'; readonly checks: readonly PlannedCheck[] }
  | { readonly type: 'caller'; readonly arn: string; readonly account: string }
  | { readonly type: 'start'; readonly node: string; readonly id: CheckId }
  | {
      readonly type: 'retry';
      readonly node: string;
      readonly id: CheckId;
      /** Attempts that were made so far. */
      readonly attempts: number;
      /** Milliseconds until the next. */
      readonly delayMs: number;
      readonly code: string;
      /** Milliseconds that such answers are waited out at most, from the run's first one on (`--wait`). */
      readonly waitMs: number;
    }
  /** A check has ended. Its diagnosis needs what the others found and stands in the report. */
  | { readonly type: 'check'; readonly node: string; readonly check: Check }
  | { readonly type: 'cleanup'; readonly entries: number }
  | { readonly type: 'report'; readonly report: VerifyReport };
