import { randomBytes } from 'node:crypto';
import { access, constants, link, lstat, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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

/**
 * Whether `writeNew` could do its work, asked before anything else is done for it.
 *
 * @throws KitError `input` as `writeNew` does
 */
export async function checkNew(path: string, force: boolean): Promise<void> {
  const there = await lstat(path).catch(() => undefined);
  if (there !== undefined && !force) throw unwritable(path, { code: 'EEXIST' });
  if (there !== undefined) await regular(path);
  await access(dirname(path), constants.W_OK).catch((cause: unknown) => {
    throw unwritable(path, cause);
  });
}

/**
 * Writes a new file, whole or not at all.
 *
 * @param force over an existing file, too
 * @throws KitError `input` when there is such a file already, or when it cannot be written; nothing is left behind
 */
export async function writeNew(path: string, text: string | AsyncIterable<string>, force: boolean): Promise<void> {
  const there = await lstat(path).catch(() => undefined);
  if (force && there !== undefined) return writeWhole(path, text);
  // Unlike a rename, a link never replaces what came there in the meantime.
  await through(path, text, 0o666, (temporary) => link(temporary, path));
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
): Promise<void> {
  const temporary = join(dirname(path), `.${randomBytes(8).toString('hex')}.tmp`);
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await writeFile(file, text, 'utf8');
      await file.sync();
    } finally {
      await file.close();
    }
    await place(temporary);
  } catch (cause) {
    throw cause instanceof KitError ? cause : unwritable(path, cause);
  } finally {
    await rm(temporary, { force: true });
  }
}

function unwritable(path: string, cause: unknown): KitError {
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  if (code === 'EEXIST') {
    return new KitError('input', `${path} exists already`, { hint: 'Name another file, or add --force.', cause });
  }
  return new KitError('input', `${path} cannot be written (${code}); it is as it was`, { cause });
}
