import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** What tells a process from every other one, also from a later one with the same number. */
export interface ProcessMark {
  readonly pid: number;
  readonly host: string;
  /** When the process began, in the unit of the system; only where it is known. */
  readonly start?: string;
  /** Id of the system's start, which gives `start` its meaning. */
  readonly boot?: string;
}

/** Without a mark that is sure, a run counts as dead after this: its sessions and its temporary trust have ended by then. */
export const SURELY_DEAD_MS = 30 * 60_000;

let own: ProcessMark | undefined;

/** The mark of this process. */
export function ownMark(): ProcessMark {
  own ??= readOwnMark();
  return own;
}

function readOwnMark(): ProcessMark {
  const start = startOf(process.pid);
  const boot = bootId();
  return {
    pid: process.pid,
    host: hostname(),
    ...(start === undefined ? {} : { start }),
    ...(boot === undefined ? {} : { boot }),
  };
}

/**
 * Whether a process may still run. In doubt it does, until it is older than any run can be.
 *
 * @param ageMs how long ago its last sign of life was
 */
export function mayLive(mark: ProcessMark, ageMs: number): boolean {
  // Of another machine (or container) that shares the folder nothing is known but the age.
  if (mark.host !== hostname()) return ageMs < SURELY_DEAD_MS;
  const boot = bootId();
  if (mark.boot !== undefined && boot !== undefined && mark.boot !== boot) return false;
  if (!exists(mark.pid)) return false;
  const start = startOf(mark.pid);
  if (mark.start !== undefined && start !== undefined) return mark.start === start;
  return ageMs < SURELY_DEAD_MS;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user is there, and may not be asked.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Field 22 of /proc/PID/stat, counted behind the name, which may hold anything. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function startOf(pid: number): string | undefined {
  const stat = readQuietly(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

function bootId(): string | undefined {
  return readQuietly('/proc/sys/kernel/random/boot_id')?.trim();
}

/** Systems other than Linux have no such file. */
function readQuietly(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
