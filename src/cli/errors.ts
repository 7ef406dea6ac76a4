import { redact } from '../aws/redact.ts';
import { type ErrorCode, KitError } from '../model/errors.ts';
import { printableLines } from '../model/printable.ts';

/** Exit codes (design, section 5): 0 good, 1 the answer is no, and these. */
const EXIT_CODES: Readonly<Record<ErrorCode, number>> = {
  usage: 2,
  input: 2,
  credentials: 3,
  network: 3,
  service: 3,
  state: 3,
  internal: 3,
  leftover: 4,
  interrupted: 130,
};

/**
 * Exit code of an error: 143 for SIGTERM, 129 for SIGHUP; whatever is not expected is a bug and counts as `internal`.
 *
 * @param hurried by a second signal: then its code counts, whatever was left behind
 */
export function exitCodeOf(error: unknown, signal: AbortSignal, hurried = false): number {
  if (error instanceof KitError && error.code === 'leftover' && !hurried) return EXIT_CODES.leftover;
  if (signal.aborted) return signalExitCode(signal);
  return error instanceof KitError ? EXIT_CODES[error.code] : EXIT_CODES.internal;
}

/** 128 plus the number of the signal that aborted the run; 3 where it was a bug. */
export function signalExitCode(signal: AbortSignal): number {
  if (signal.reason === 'crash') return EXIT_CODES.internal;
  if (signal.reason === 'SIGTERM') return 143;
  return signal.reason === 'SIGHUP' ? 129 : 130;
}

/** What is printed of an error: what, where, what to do; the stack only on request. */
export function describeError(error: unknown, debug: boolean): string {
  return printableLines(errorText(error, debug));
}

/** What is printed of an error that nobody caught: it can hold anything, so it is shown as what a service answered is. */
export function describeCrash(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const lines = stack.split('\n').slice(0, 20).map(redact);
  return [
    'error: this is a bug in channelmix-s3; what it was doing is stopped and cleaned up. Please report it with the lines below',
    ...lines,
  ].join('\n');
}

function errorText(error: unknown, debug: boolean): string {
  if (!(error instanceof KitError)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return `error: this is a bug in channelmix-s3; please report it with the lines below\n${stack}`;
  }
  const hint = error.hint === undefined ? '' : `\n${error.hint}`;
  return `error: ${error.message}${hint}${debug && error.stack !== undefined ? `\n${error.stack}` : ''}`;
}
