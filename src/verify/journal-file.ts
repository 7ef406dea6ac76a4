import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, lstat, mkdir, open, rename, rm, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { KitError } from '../model/errors.ts';
import { ownMark } from './alive.ts';
import { createJournal, type Journal, type JournalContent } from './journal.ts';
import { type FoundJournal, JOURNAL_KIND, JOURNAL_VERSION, journalFile, type RunFacts } from './journal-read.ts';

/** How long changes that may be lost wait for others before they are written. */
const SOON_MS = 25;
/** The same among many runs, which have one disk: most of them end before. */
const MANY_SOON_MS = 1_000;

/** Makes the folder of the journals, for nobody but the user. @throws KitError `state` that names the path */
export async function journalFolder(stateDirectory: string): Promise<string> {
  const folder = folderOf(stateDirectory);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const stat = await lstat(folder);
    if (!stat.isDirectory()) throw Object.assign(new Error('it is no folder'), { code: 'ENOTDIR' });
    const user = process.getuid?.();
    if (user !== undefined && stat.uid !== user) throw Object.assign(new Error('of another user'), { code: 'EPERM' });
    if (process.platform !== 'win32' && (stat.mode & 0o077) !== 0) await chmod(folder, 0o700);
    return folder;
  } catch (cause) {
    throw unusable(folder, cause);
  }
}

function folderOf(stateDirectory: string): string {
  return join(stateDirectory, 'runs');
}

/**
 * Opens the journal of a run: a file of its own, there and synced before anything is created. It is removed by `close` when nothing
 * stands in it.
 *
 * Additions are safe on disk when they resolve; those of one moment share one write. Other changes follow a moment later: what is lost of
 * them is looked up by `sweep`.
 *
 * @param oneOfMany the file is made by the first addition, in a folder that is there: whoever runs many has made it by `journalFolder`
 * @throws KitError `state` when it cannot be written, also by a later addition
 */
export async function openJournal(
  stateDirectory: string,
  facts: RunFacts,
  now: () => Date,
  oneOfMany = false,
): Promise<Journal> {
  const folder = oneOfMany ? folderOf(stateDirectory) : await journalFolder(stateDirectory);
  const path = join(folder, journalFile(facts.runId));
  const head = {
    kind: JOURNAL_KIND,
    schemaVersion: JOURNAL_VERSION,
    ...facts,
    process: ownMark(),
    began: now().toISOString(),
  };
  const save = (content: JournalContent) =>
    replaceWhole(folder, path, `${JSON.stringify({ ...head, ...content })}\n`).catch((cause: unknown) => {
      throw unusable(path, cause);
    });
  const writer = createWriter(save, oneOfMany ? MANY_SOON_MS : SOON_MS);
  if (!oneOfMany) await writer.write(() => ({ entries: [], trust: undefined, ended: false }));
  return createJournal(now, async (content, when) => {
    const { entries, trust, ended } = content();
    if (!ended) return when === 'now' ? writer.write(content) : writer.writeSoon(content);
    if (entries.length > 0 || trust !== undefined) return writer.write(content);
    await writer.settle();
    // What stays of an empty journal is removed by the next run.
    await unlink(path).catch(() => undefined);
  });
}

/**
 * Writes the journal of a dead run anew, with what of it is still there. Several runs may do so at once: each by a file of its own, and
 * the last one counts, since whatever stands in a journal without being there is found gone by the next sweep.
 *
 * @throws KitError `state`
 */
export async function rewriteJournal(
  journal: FoundJournal,
  change: Partial<Pick<FoundJournal, 'entries' | 'trust'>>,
): Promise<void> {
  const { path, ...content } = { ...journal, ...change };
  const head = { kind: JOURNAL_KIND, schemaVersion: JOURNAL_VERSION };
  const text = `${JSON.stringify({ ...head, ...content })}\n`;
  const temporary = `${path}.${randomBytes(8).toString('hex')}.tmp`;
  await replaceWhole(dirname(path), path, text, temporary).catch((cause: unknown) => {
    throw unusable(path, cause);
  });
}

interface Writer {
  readonly write: (content: () => JournalContent) => Promise<void>;
  readonly writeSoon: (content: () => JournalContent) => void;
  /** Waits until nothing is being written, and forgets what was to be written soon. */
  readonly settle: () => Promise<void>;
}

/** One write at a time; all that is asked for while one runs is the next one. */
function createWriter(save: (content: JournalContent) => Promise<void>, soonMs: number): Writer {
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  const write = (content: () => JournalContent): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        running = save(content());
        return running;
      });
    return next;
  };
  return {
    write,
    writeSoon: (content) => {
      // A failure shows at the next addition; without one, the older file is enough for sweep.
      timer ??= setTimeout(() => void write(content).catch(() => undefined), soonMs);
    },
    settle: async () => {
      clearTimeout(timer);
      timer = undefined;
      await next?.catch(() => undefined);
      await running.catch(() => undefined);
    },
  };
}

/** A file beside it, synced, then renamed over it: the file is the old or the new one whatever happens. Links are never followed. */
async function replaceWhole(folder: string, path: string, text: string, temporary = `${path}.tmp`): Promise<void> {
  try {
    const file = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      await file.writeFile(text, 'utf8');
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(folder);
}

/** Makes the rename itself safe from a power cut, where the system can. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const file = await open(folder, constants.O_RDONLY);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function unusable(path: string, cause: unknown): KitError {
  const { code = '', message = '' } = cause as NodeJS.ErrnoException;
  return new KitError('state', `the journal of this run cannot be written: ${path} (${code || message})`, {
    cause,
    hint: 'Nothing is created without it, so that nothing can be left behind. Free the disk, or name another folder in CHANNELMIX_S3_STATE_DIR.',
  });
}
