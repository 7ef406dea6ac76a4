import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { KitError } from '../model/errors.ts';
import type { FleetCommand, FleetMark, FleetResult } from '../model/fleet.ts';
import { readLines } from './results.ts';
import { lockState, type StateLock } from './state-lock.ts';

/** The run that a state file is opened for. */
export interface StateOwner {
  /** Keep what is done of the entries; otherwise what was there goes. */
  readonly resume: boolean;
  readonly command: FleetCommand;
  /** The file of this run: an edited file is another one, and its unchanged entries are still done. */
  readonly fleet: FleetMark;
  readonly entries: readonly Pick<FleetResult, 'key' | 'name' | 'bucket'>[];
  /** The user named the file, so that it can be any. The kit's own name is of this fleet, command and shard, and of no other. */
  readonly named: boolean;
}

/** The file that outlives a crash: a line for every result, as `--output ndjson` prints it. */
export interface FleetState {
  /** Results of an earlier run that need not be repeated, by key. */
  readonly done: ReadonlySet<string>;
  /** When the oldest of them was made, ISO 8601. */
  readonly oldest: string | undefined;
  /** Results that an earlier run had left in the file. */
  readonly before: number;
  /** Resolves when the result is safe on disk; those of one moment share one write. @throws KitError `state` */
  readonly append: (result: FleetResult) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** An answer is final; what nobody answered, or what was stopped, is tried again. */
function isDone({ status }: FleetResult): boolean {
  return status === 'passed' || status === 'failed' || status === 'invalid';
}

/**
 * Opens the state of a run, for no other run until it is closed.
 *
 * @throws KitError `input` for a file that holds anything but results of this fleet: it is as it was
 * @throws KitError `state` when the file cannot be written, or another run is using it: nothing should be begun then
 */
export async function openFleetState(path: string, owner: StateOwner): Promise<FleetState> {
  const temporary = `${path}.${process.pid}.tmp`;
  let file: FileHandle | undefined;
  let lock: StateLock | undefined;
  try {
    await isThere(path);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const held = await lockState(path);
    lock = held;
    // Again: another run may have ended in the meantime.
    const there = await isThere(path);
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_APPEND;
    await rm(temporary, { force: true });
    const opened = await open(temporary, flags, 0o600);
    file = opened;
    const { done, before } = there
      ? await takeOver(path, owner, (text) => opened.writeFile(text))
      : { done: new Map<string, string>(), before: 0 };
    await opened.sync();
    await rename(temporary, path);
    const writer = createWriter(path, async (text) => {
      await opened.writeFile(text);
      await opened.datasync();
    });
    return {
      done: new Set(done.keys()),
      oldest: [...done.values()].sort()[0],
      before,
      append: (result) => writer.write(`${JSON.stringify(result)}\n`),
      close: async () => {
        await writer.settle();
        await opened.close();
        await held.release();
      },
    };
  } catch (error) {
    await file?.close().catch(() => undefined);
    // Without the lock it is another run's.
    if (lock !== undefined) await rm(temporary, { force: true }).catch(() => undefined);
    await lock?.release();
    throw error instanceof KitError ? error : unusable(path, error);
  }
}

/** Whether there is such a file. @throws KitError `input` for a link, a device and whatever else a new file must not replace */
async function isThere(path: string): Promise<boolean> {
  const there = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (there === undefined || there.isFile()) return there !== undefined;
  throw new KitError('input', `${path} is no regular file, and cannot be the state file`, { hint: NAME_ANOTHER });
}

/** Reads what an earlier run left, and saves what of it need not be repeated; all of it is read, so that nothing else is lost. */
async function takeOver(path: string, owner: StateOwner, save: (text: string) => Promise<void>) {
  const keys = new Set(owner.entries.map(({ key }) => key));
  const done = new Map<string, string>();
  const isOwn = createOwnership(owner);
  let before = 0;
  let own = !owner.named;
  for await (const { result } of readState(path)) {
    before++;
    if (owner.named) refuseOtherRun(path, owner, result);
    own ||= isOwn(result);
    if (!owner.resume || !isDone(result) || !keys.has(result.key) || done.has(result.key)) continue;
    done.set(result.key, result.at);
    await save(`${JSON.stringify({ ...result, fleet: owner.fleet })}\n`);
  }
  if (before > 0 && !own) throw otherState(path, 'results of another fleet');
  return { done, before };
}

async function* readState(path: string) {
  try {
    yield* readLines(path);
  } catch (error) {
    if (!(error instanceof KitError)) throw error;
    const message = `${path} cannot be the state file, and is as it was: ${error.message}`;
    throw new KitError('input', message, { cause: error, hint: NAME_ANOTHER });
  }
}

function refuseOtherRun(path: string, { command, fleet }: StateOwner, result: FleetResult): void {
  if (result.command !== command) throw otherState(path, `results of ${result.command}`);
  const { shard } = result.fleet;
  if (shard === fleet.shard) return;
  throw otherState(
    path,
    shard === undefined ? 'results of a whole fleet, not of a shard' : `results of shard ${shard}`,
  );
}

/** Whether a result is of this fleet: of the same file, or of a client that an edited one still has, with the same buckets. */
function createOwnership({ fleet, entries }: StateOwner): (result: FleetResult) => boolean {
  const clientOf = ({ name, bucket = '' }: Pick<FleetResult, 'name' | 'bucket'>) => `${name}\n${bucket}`;
  const clients = new Set(entries.map(clientOf));
  return (result) => result.fleet.id === fleet.id || clients.has(clientOf(result));
}

function otherState(path: string, what: string): KitError {
  return new KitError('input', `the state file ${path} has ${what}, which would be lost`, {
    hint: 'Name another file with --state, or remove this one when its results are not needed any more.',
  });
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

const NAME_ANOTHER = 'Name a file with --state that is not there yet, or that an earlier run of this fleet wrote.';

function unusable(path: string, cause: unknown): KitError {
  const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
  return new KitError('state', `the state file ${path} cannot be written (${code})`, {
    cause,
    hint: 'Name another one with --state, in a folder that may be written and has room.',
  });
}
