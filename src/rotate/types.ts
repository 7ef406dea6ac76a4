import type { VerifyReport } from '../model/check.ts';
import type { ConnectionFields } from '../model/connection.ts';

/**
 * One step of a rotation. `create`: a second key, verified; `deactivate`: the old one; `delete`: the old one for good. `undo`: the old
 * one is active again; `discard`: the new one goes, since nobody has its secret.
 */
export type RotateStep = 'create' | 'deactivate' | 'delete' | 'undo' | 'discard';

/** An access key of the user. Times in ISO 8601, UTC. */
export interface RotationKey {
  readonly id: string;
  /** `Active`, `Inactive` or `Expired`. */
  readonly status: string;
  readonly created: string;
  /** Absent: never, or `lastUsedUnknown` says why it is not known. */
  readonly lastUsed?: string;
  readonly lastUsedService?: string;
  readonly lastUsedRegion?: string;
  readonly lastUsedUnknown?: string;
  /** Where this machine deactivated it: IAM does not say since when a key is inactive. */
  readonly inactiveSince?: string;
}

/** Why a step is not taken. */
export interface Objection {
  readonly id:
    | 'changed-meanwhile'
    | 'inactive-lately'
    | 'last-use-unknown'
    | 'new-key-unused'
    | 'no-active-key'
    | 'no-second-key'
    | 'not-asked'
    | 'not-inactive'
    | 'nothing-inactive'
    | 'old-key-signs'
    | 'old-key-used-later'
    | 'old-key-used-lately'
    | 'recently-rotated'
    | 'two-keys'
    | 'used';
  readonly message: string;
  /** `--force` takes the step all the same. */
  readonly forceable: boolean;
}

/** Something that is there and should not be, and the command that removes it or looks for it. */
export interface RotateLeftover {
  readonly what: string;
  readonly command: string;
}

/** The report of `rotate`. No secret is in it. */
export interface RotateReport {
  readonly schemaVersion: number;
  readonly command: 'rotate';
  /** ISO 8601, UTC: the service's time. */
  readonly date: string;
  readonly user: string;
  readonly userArn?: string;
  readonly caller: { readonly arn: string; readonly account: string };
  /** Host of the endpoint, where it was not AWS itself. */
  readonly endpoint?: string;
  /** The step that this run was about; absent where no step follows from what is there. */
  readonly step?: RotateStep;
  /** It was only asked what would be done. */
  readonly plan: boolean;
  /** The step is taken, by this run or by one before it. */
  readonly done: boolean;
  readonly interrupted: boolean;
  /** What a run without a step named would be about now; absent where the rotation has come to its end. */
  readonly next?: RotateStep;
  /** The keys, as they are at the end of the run. */
  readonly keys: readonly RotationKey[];
  readonly oldKeyId?: string;
  readonly newKeyId?: string;
  /** Why the step was not taken. */
  readonly objections: readonly Objection[];
  readonly warnings: readonly string[];
  /** The form for ChannelMix, without the secret. */
  readonly form?: ConnectionFields;
  /** How the new key was verified, a report for each bucket. */
  readonly verified?: readonly VerifyReport[];
  /** Keys that are there and should not be. */
  readonly left: readonly RotateLeftover[];
}
