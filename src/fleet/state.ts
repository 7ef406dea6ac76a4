import { constants } from 'node:fs';
import { access, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { KitError } from '../model/errors.ts';
import type { FleetMark, FleetResult } from '../model/fleet.ts';
import { readLines } from './results.ts';

/** The file that outlives a crash: a line for every result, as `--output ndjson` prints it. */
export interface FleetState {
  /** Results of an earlier run that need not be repeated, by key. */
  readonly done: ReadonlySet<string>;
  /** When the oldest of them was made, ISO 8601. */
  readonly oldest: string | undefined;
  /** Resolves when the result is safe on disk; those of one moment share one write. @throws KitError `state` */
  readonly append: (result: FleetResult) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** An answer is final; what nobody answered, or what was stopped, is tried again. */
function isDone({ status }: FleetResult): boolean {
  return status === 'passed' || status === 'failed' || status === 'invalid';
}

/** How many results an earlier run left in the file; 0 when there is none. */
export async function countResults(path: string): Promise<number> {
  if (!(await exists(path))) return 0;
  let count = 0;
  for await (const _line of readLines(path)) count++;
  return count;
}

/**
 * Opens the state of a run.
 *
 * @param resume keep what is done of the entries in `keys`; otherwise what was there goes
 * @param fleet the file of this run: an edited file is another one, and its unchanged entries are still done
 * @throws KitError `state` when the file cannot be written: nothing should be begun then
 */
export async function openFleetState(
  path: string,
  resume: boolean,
  keys: ReadonlySet<string>,
  fleet: FleetMark,
): Promise<FleetState> {
  const done = new Map<string, string>();
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_APPEND;
    await rm(temporary, { force: true });
    const file = await open(temporary, flags, 0o600);
    if (resume && (await exists(path))) {
      for await (const { result } of readLines(path)) {
        if (!isDone(result) || !keys.has(result.key) || done.has(result.key)) continue;
        done.set(result.key, result.at);
        await file.writeFile(`${JSON.stringify({ ...result, fleet })}\n`);
      }
    }
    await file.sync();
    await rename(temporary, path);
    const writer = createWriter(path, async (text) => {
      await file.writeFile(text);
      await file.datasync();
    });
    return {
      done: new Set(done.keys()),
      oldest: [...done.values()].sort()[0],
      append: (result) => writer.write(`${JSON.stringify(result)}\n`),
      close: async () => {
        await writer.settle();
        await file.close();
      },
    };
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error instanceof KitError ? error : unusable(path, error);
  }
}

/** What is written while a write is under way goes with the next one. */
function createWriter(path: string, save: (text: string) => Promise<void>) {
  let lines: string[] = [];
  let writing: Promise<void> = Promise.resolve();
  let queued: Promise<void> | undefined;
  return {
    write: (line: string): Promise<void> => {
      lines.push(line);
      queued ??= writing.then(async () => {
        queued = undefined;
        const text = lines.join('');
        lines = [];
        writing = save(text).catch((cause: unknown) => {
          throw unusable(path, cause);
        });
        await writing;
      });
      return queued;
    },
    settle: async () => {
      await queued;
      await writing;
    },
  };
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function unusable(path: string, cause: unknown): KitError {
  const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
  return new KitError('state', `the state file ${path} cannot be written (${code})`, {
    cause,
    hint: 'Name another one with --state, in a folder that may be written and has room.',
  });
}
