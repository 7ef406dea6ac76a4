import { randomBytes } from 'node:crypto';
import { lstat, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { KitError } from '../model/errors.ts';

/**
 * Writes over an existing file so that it holds either its old or its new content: a file beside it, synced, then renamed. The mode
 * stays; a symbolic link is refused, since its target would not be the file that was named.
 *
 * @throws KitError `input` when the file cannot be written; nothing is left behind
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = join(dirname(path), `.${randomBytes(8).toString('hex')}.tmp`);
  try {
    const stat = await lstat(path);
    if (!stat.isFile()) throw new KitError('input', `${path} is no regular file, and is not written over`);
    const file = await open(temporary, 'wx', stat.mode & 0o777);
    try {
      await file.writeFile(text, 'utf8');
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    if (error instanceof KitError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? '';
    throw new KitError('input', `${path} cannot be written (${code}); it is as it was`, { cause: error });
  }
}
