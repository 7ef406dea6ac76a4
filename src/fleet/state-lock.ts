import { createHash, randomBytes } from 'node:crypto';
import { link, lstat, open, readFile, rename, rm, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { KitError } from '../model/errors.ts';
import { mayLive, ownMark, type ProcessMark } from '../verify/alive.ts';

/** A run's sole right to its state file. */
export interface StateLock {
  readonly release: () => Promise<void>;
}

const LOCK_KIND = 'channelmix-s3 fleet';
/** A lock is one line; what is larger is none. */
const MAX_BYTES = 4_096;
/** How often a run shows that it lives: another machine cannot look at the process. */
const SIGN_OF_LIFE_MS = 20_000;
/** A run on another machine that showed nothing for so long is gone. */
const SILENT_MS = 120_000;

/**
 * Takes the state file for this run, by a file beside it that says whose it is. That of a run which was killed is taken over.
 *
 * @throws KitError `state` while another run has it
 */
export async function lockState(path: string): Promise<StateLock> {
  const lock = `${path}.lock`;
  const text = `${JSON.stringify({ kind: LOCK_KIND, process: ownMark(), id: randomBytes(8).toString('hex') })}\n`;
  await take(path, lock, text);
  const timer = setInterval(() => {
    const now = new Date();
    void utimes(lock, now, now).catch(() => undefined);
  }, SIGN_OF_LIFE_MS);
  timer.unref();
  return {
    release: async () => {
      clearInterval(timer);
      if ((await readFile(lock, 'utf8').catch(() => '')) === text) await rm(lock, { force: true });
    },
  };
}

/**
 * Puts the text at the place of the lock. A dead one is replaced in one step, by whoever has a lock for that: it is named after the dead
 * one's text, which is no other's, so that nobody replaces what another run has put there since.
 */
async function take(path: string, lock: string, text: string): Promise<void> {
  // Whole from its first moment: a link never replaces what is there, and nobody reads half of it.
  const temporary = `${lock}.${randomBytes(8).toString('hex')}.tmp`;
  try {
    await writeSynced(temporary, text);
    while (!(await linked(temporary, lock))) {
      const dead = await readDead(path, lock);
      if (dead === undefined) continue;
      const claim = `${lock}.${createHash('sha256').update(dead).digest('hex').slice(0, 16)}`;
      await take(path, claim, text);
      try {
        if ((await readFile(lock, 'utf8').catch(() => '')) !== dead) continue;
        await rename(temporary, lock);
        return;
      } finally {
        await rm(claim, { force: true });
      }
    }
  } finally {
    await rm(temporary, { force: true });
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text, 'utf8');
    await file.sync();
  } finally {
    await file.close();
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** The lock of a run that is gone; `undefined` when there is none any more. @throws KitError `state` when it may live, or is no lock */
async function readDead(path: string, lock: string): Promise<string | undefined> {
  const found = await readLock(lock);
  if (found === undefined) return undefined;
  const { mark, text, ageMs } = found;
  if (mark === undefined) {
    throw new KitError('state', `the state file ${path} cannot be locked: ${lock} is there, and is no lock of a run`, {
      hint: 'Name another file with --state.',
    });
  }
  if (!isAlive(mark, ageMs)) return text;
  const where = mark.host === hostname() ? '' : ` on ${mark.host}`;
  throw new KitError('state', `another run is using the state file ${path}: process ${mark.pid}${where}`, {
    hint: 'Wait until it has ended, or name another file with --state.',
  });
}

function isAlive(mark: ProcessMark, ageMs: number): boolean {
  return (mark.host === hostname() || ageMs < SILENT_MS) && mayLive(mark, ageMs);
}

/** A lock as it was found, without a mark where it is none; `undefined` when there is nothing (any more). */
async function readLock(lock: string) {
  try {
    const stat = await lstat(lock);
    const text = stat.isFile() && stat.size <= MAX_BYTES ? await readFile(lock, 'utf8') : '';
    return { mark: markOf(text), text, ageMs: Date.now() - stat.mtimeMs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function markOf(text: string): ProcessMark | undefined {
  try {
    const { kind, process } = JSON.parse(text) as { readonly kind?: unknown; readonly process: ProcessMark };
    const whole = kind === LOCK_KIND && Number.isSafeInteger(process.pid) && typeof process.host === 'string';
    return whole && process.pid > 0 ? process : undefined;
  } catch {
    return undefined;
  }
}
