import { type FileHandle, open } from 'node:fs/promises';
import { decodeText, readStart } from '../audit/read-file.ts';
import { MAX_BYTES } from '../documents/limits.ts';
import { KitError } from '../model/errors.ts';
import type { Context } from './context.ts';

/**
 * The text of a file, or of stdin for `-`. Reads at most one byte more than the readers of documents accept: they say that it is too
 * much. UTF-16 with its mark, as Windows PowerShell writes it, is read, too; a byte order mark stays.
 *
 * @throws KitError `input` for what is not there, cannot be read, is no file or no text
 */
export async function readText(path: string, context: Pick<Context, 'readStdin'>): Promise<string> {
  if (path === '-') return checkText(await context.readStdin(), 'stdin');
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const stat = await file.stat();
    if (stat.isDirectory()) throw new KitError('input', `${path} is a folder`, { hint: 'Name the files in it.' });
    const bytes = await readStart(file.createReadStream({ autoClose: false }), MAX_BYTES);
    return checkText(decodeText(bytes), path);
  } catch (error) {
    throw error instanceof KitError ? error : readError(path, error);
  } finally {
    await file?.close();
  }
}

function checkText(text: string, name: string): string {
  if (!text.includes('\0')) return text;
  throw new KitError('input', `${name} is not a text file: it has NUL bytes`, { hint: 'Save it as UTF-8 text.' });
}

function readError(path: string, error: unknown): KitError {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const reason = REASONS[code] ?? `it cannot be read (${code})`;
  return new KitError('input', `${path}: ${reason}`, { cause: error, hint: 'Check the name, or use - for stdin.' });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read',
  EISDIR: 'it is a folder',
};
