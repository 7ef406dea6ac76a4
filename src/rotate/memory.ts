import { mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KitError } from '../model/errors.ts';

/** What IAM does not say: since when a key is inactive. A help and no condition: on another machine only the last use counts. */
export interface RotateMemory {
  /** ISO 8601; `undefined` where it is not known. */
  readonly inactiveSince: (keyId: string) => Promise<string | undefined>;
  /** @throws KitError `state` when it cannot be written */
  readonly note: (keyId: string, time: string) => Promise<void>;
  /** @throws KitError `state` when it cannot be removed */
  readonly forget: (keyId: string) => Promise<void>;
}

/** More than a time has. */
const MOST_BYTES = 40;

/**
 * A memory in a folder: a file for each key that this machine deactivated, with the time in it and nothing else.
 *
 * @param directory by `stateDirectory`
 */
export function createRotateMemory(directory: string): RotateMemory {
  const folder = join(directory, 'inactive-keys');
  const unwritable = (cause: unknown) => {
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    return new KitError('state', `${folder} cannot be written (${code})`, { cause });
  };
  return {
    inactiveSince: async (keyId) => {
      const text = await readStart(pathOf(folder, keyId)).catch(() => '');
      const time = Date.parse(text.trim());
      return Number.isNaN(time) ? undefined : new Date(time).toISOString();
    },
    note: async (keyId, time) => {
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeFile(pathOf(folder, keyId), `${time}\n`, { mode: 0o600 });
      } catch (cause) {
        throw unwritable(cause);
      }
    },
    forget: async (keyId) => {
      await rm(pathOf(folder, keyId), { force: true }).catch((cause: unknown) => {
        throw unwritable(cause);
      });
    },
  };
}

/** Ids of keys are capital letters and digits; whatever else a service answers is no name of a file. */
function pathOf(folder: string, keyId: string): string {
  return join(folder, keyId.replaceAll(/[^A-Za-z0-9]/g, '_').slice(0, 128));
}

async function readStart(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MOST_BYTES), 0, MOST_BYTES, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
