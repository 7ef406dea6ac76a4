import type { AccessKeyCalls, AwsCredentials, Caller, KeyOwner } from '../aws/index.ts';
import type { ConnectionFields } from '../model/connection.ts';
import { KitError } from '../model/errors.ts';
import type { Failure } from '../model/failure.ts';
import { shellWord } from '../model/shell.ts';
import { callerError, type VerifyEvent, type VerifyPorts, type VerifyTarget } from '../verify/index.ts';
import type { RotateMemory } from './memory.ts';
import type { RotateStep } from './types.ts';

/** Something that only the user can decide. */
export interface RotateQuestion {
  /** `delete`: the old key; `discard`: the new one; `lost`: a key that was made, and whose secret never arrived. */
  readonly kind: 'delete' | 'discard' | 'lost';
  readonly keyId: string;
  readonly warnings: readonly string[];
}

/** What a new key needs around it; asked for when it is about to be made. */
export interface NewKeyWays {
  /** What it has to be able to do: one for each bucket. */
  readonly targets: (accessKeyId: string) => readonly VerifyTarget[];
  /** How long a change in IAM is waited for, in milliseconds. */
  readonly waitMs: number;
  /** Ports of one verify with the new key. */
  readonly connect: (credentials: AwsCredentials) => VerifyPorts;
  /** Where the journals of the verifies live, and the profile that they name. */
  readonly state?: { readonly directory: string; readonly profile?: string | undefined };
  /** Told of everything that a verify does. */
  readonly onEvent?: (event: VerifyEvent) => void;
  /** Gives the form with the secret to the user: the only place that it goes to. May throw; then the key is removed. */
  readonly deliver: (form: ConnectionFields) => Promise<void>;
}

/** What a rotation works with. */
export interface RotateOptions {
  /** Name of the user; default: the owner of `oldKeyId`. */
  readonly userName?: string | undefined;
  readonly oldKeyId?: string | undefined;
  readonly step?: RotateStep | undefined;
  readonly quietForMs: number;
  readonly quietForDeleteMs: number;
  /** Takes a step against objections that can be overruled. */
  readonly force: boolean;
  /** Says what would be done, and does nothing. */
  readonly plan: boolean;
  readonly caller: Caller;
  readonly calls: AccessKeyCalls;
  /** Flags that reach the account, such as `--profile`: commands for later repeat them. Default: none. */
  readonly connection?: readonly string[];
  /** Remembers since when a key is inactive. Default: nobody does. */
  readonly memory?: RotateMemory;
  /**
   * Told which step it is, before anything is done. Default: any step will do.
   *
   * @throws KitError `usage` when the user has said what does not go with it
   */
  readonly checkStep?: (step: RotateStep) => void;
  /** @throws KitError `usage` when the user has not said what a new key needs; nothing was done then */
  readonly newKey: () => Promise<NewKeyWays>;
  /** @throws KitError `usage` when there is nobody to ask */
  readonly confirm: (question: RotateQuestion) => Promise<boolean>;
  /** This machine's time, in milliseconds since 1970, for as long as the service has not told its own. */
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Aborted by the first interrupt: nothing more is begun, and what was made is removed. */
  readonly signal: AbortSignal;
  /** Aborted by the second: the removal stops, too. */
  readonly hurry: AbortSignal;
}

/** A rotation of a user's key that is known to be there. */
export interface RotateRun extends RotateOptions {
  readonly userName: string;
  /** Absent where it could not be read. */
  readonly owner?: KeyOwner;
  /** For calls that change something: lives some seconds longer than `signal`. */
  readonly writeSignal: AbortSignal;
}

/** What stands before the name of a user in messages. */
export function ofUser(userName: string): string {
  return `user ${userName}`;
}

/** The rotation's own command line for this user, at the same place. */
export function rotateCommand(
  { userName, connection = [] }: Pick<RotateRun, 'userName' | 'connection'>,
  ...flags: readonly string[]
): string {
  return ['channelmix-s3', 'rotate', '--user', userName, ...flags, ...connection].map(shellWord).join(' ');
}

/** Who asks IAM, and about whom. */
export type Asking = Pick<RotateRun, 'userName' | 'caller' | 'calls' | 'connection'>;

/**
 * The error for a call that IAM did not answer well.
 *
 * @param action the permission that it takes: `iam:ListAccessKeys`
 */
export function iamError(action: string, failure: Failure, run: Asking): KitError {
  const { userName, caller, calls } = run;
  const { kind, code, message } = failure;
  if (kind === 'denied') {
    return new KitError('credentials', `${caller.arn} may not ${action} on ${ofUser(userName)} (${message})`, {
      hint: `The policy that a rotation needs: ${rotateCommand(run, '--print-permissions')}`,
    });
  }
  if (kind === 'not-found') {
    return new KitError('input', `there is no user ${userName} in account ${caller.account} (${message})`, {
      hint: 'Check the name, and the account of your credentials. Keys of the root user and of roles are not rotated.',
    });
  }
  if (kind === 'interrupted') return new KitError('interrupted', `interrupted at ${action}; nothing was changed`);
  if (['expired', 'credentials', 'clock-skew', 'network', 'timeout'].includes(kind)) {
    return callerError(failure, { target: { way: 'role' }, caller: calls });
  }
  return new KitError('service', `${action} on ${ofUser(userName)} did not work (${code}: ${message})`);
}
