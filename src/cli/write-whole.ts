import { randomBytes } from 'node:crypto';
import { access, constants, link, lstat, mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { KitError } from '../model/errors.ts';

/**
 * Writes over an existing file so that it holds either its old or its new content: a file beside it, synced, then renamed. The mode
 * stays; a symbolic link is refused, since its target would not be the file that was named.
 *
 * @throws KitError `input` when the file cannot be written; nothing is left behind
 */
export async function writeWhole(path: string, text: string | AsyncIterable<string>): Promise<void> {
  const { mode } = await regular(path);
  await through(path, text, mode & 0o777, (temporary) => rename(temporary, path));
}

/** What to do about a file that is there already, where the command writes over one with `--force`. */
const ADD_FORCE = 'Name another file, or add --force.';

/**
 * Whether `writeNew` could do its work, asked before anything else is done for it.
 *
 * @param ifThere what to do about a file that is there already: not every `--force` is about files
 * @throws KitError `input` as `writeNew` does
 */
export async function checkNew(path: string, force: boolean, ifThere = ADD_FORCE): Promise<void> {
  const there = await lstat(path).catch(() => undefined);
  if (there !== undefined && !force) throw existsAlready(path, ifThere);
  if (there !== undefined) await regular(path);
  await access(dirname(path), constants.W_OK).catch((cause: unknown) => {
    throw unwritable(path, cause);
  });
}

/**
 * Writes a new file, whole or not at all.
 *
 * @param force over an existing file, too
 * @param mode who may read it: 0o600 for a secret
 * @param ifThere as for `checkNew`
 * @throws KitError `input` when there is such a file already, or when it cannot be written; nothing is left behind
 */
export async function writeNew(
  path: string,
  text: string | AsyncIterable<string>,
  force: boolean,
  mode = 0o666,
  ifThere = ADD_FORCE,
): Promise<void> {
  const there = await lstat(path).catch(() => undefined);
  if (force && there !== undefined) return writeWhole(path, text);
  // Unlike a rename, a link never replaces what came there in the meantime.
  await through(path, text, mode, (temporary) => link(temporary, path), ifThere);
}

/**
 * Writes several files below a folder, which is made where it is not there. All of them are on the disk before the first takes its place, so
 * that a full disk leaves what was.
 *
 * @param force over existing files, too
 * @throws KitError `input` when one is there already, cannot be written, or would lie behind a symbolic link; nothing is left behind
 */
export async function writeFiles(
  folder: string,
  files: readonly { readonly path: string; readonly text: string }[],
  force: boolean,
): Promise<void> {
  const root = resolve(folder);
  const targets = files.map(({ path, text }) => ({ path: join(root, path), text }));
  const there = await stat(root).catch(() => undefined);
  if (there !== undefined && !there.isDirectory()) throw new KitError('input', `${folder} is no folder`);
  for (const { path } of targets) await checkBelow(root, path, force);
  /** Folders and files that are there because of this call. */
  const made: string[] = [];
  let staged: readonly { readonly path: string; readonly temporary: string }[] = [];
  try {
    for (const folder of new Set(targets.map(({ path }) => dirname(path)))) {
      const first = await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
        throw unwritable(folder, cause);
      });
      if (first !== undefined) made.push(first);
    }
    const all = await Promise.allSettled(
      targets.map(async ({ path, text }) => ({ path, temporary: await stage(path, text, 0o666) })),
    );
    staged = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const failed = all.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    for (const { path, temporary } of staged) {
      await (force ? rename(temporary, path) : link(temporary, path)).catch((cause: unknown) => {
        throw unwritable(path, cause);
      });
      if (!force) made.push(path);
    }
  } catch (error) {
    for (const path of made) await rm(path, { recursive: true, force: true });
    throw error;
  } finally {
    for (const { temporary } of staged) await rm(temporary, { force: true });
  }
}

/** Refuses a file that is there, and a folder on the way to it that is none: a link could lead anywhere. */
async function checkBelow(root: string, path: string, force: boolean): Promise<void> {
  for (let parent = dirname(path); parent !== root; parent = dirname(parent)) {
    const there = await lstat(parent).catch(() => undefined);
    if (there !== undefined && !there.isDirectory()) {
      throw new KitError('input', `${parent} is no folder, and nothing is written behind it`);
    }
  }
  const there = await lstat(path).catch(() => undefined);
  if (there !== undefined && !force) throw existsAlready(path, ADD_FORCE);
  if (there !== undefined) await regular(path);
}

async function regular(path: string) {
  const stat = await lstat(path).catch((cause: unknown) => {
    throw unwritable(path, cause);
  });
  if (!stat.isFile()) throw new KitError('input', `${path} is no regular file, and is not written over`);
  return stat;
}

async function through(
  path: string,
  text: string | AsyncIterable<string>,
  mode: number,
  place: (temporary: string) => Promise<void>,
  ifThere = ADD_FORCE,
): Promise<void> {
  const temporary = await stage(path, text, mode);
  try {
    await place(temporary);
  } catch (cause) {
    throw unwritable(path, cause, ifThere);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** The content in a file beside the one it is for, synced. @throws KitError `input`; then no such file is there */
async function stage(path: string, text: string | AsyncIterable<string>, mode: number): Promise<string> {
  const temporary = join(dirname(path), `.${randomBytes(8).toString('hex')}.tmp`);
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await writeFile(file, text, 'utf8');
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cause instanceof KitError ? cause : unwritable(path, cause);
  }
  return temporary;
}

function unwritable(path: string, cause: unknown, ifThere = ADD_FORCE): KitError {
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  if (code === 'EEXIST') return existsAlready(path, ifThere, cause);
  return new KitError('input', `${path} cannot be written (${code}); it is as it was`, { cause });
}

function existsAlready(path: string, hint: string, cause?: unknown): KitError {
  return new KitError('input', `${path} exists already`, { hint, ...(cause === undefined ? {} : { cause }) });
}
