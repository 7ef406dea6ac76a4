import { type Interrupts, processContext } from './context.ts';
import { describeCrash } from './errors.ts';
import { main } from './main.ts';

/** After an error that nobody caught, the command has this long to clean up. */
const CRASH_LIMIT_MS = 10_000;

const first = new AbortController();
const second = new AbortController();
const interrupts: Interrupts = { signal: first.signal, hurry: second.signal };

// The first signal asks the command to stop and to clean up, the second to leave the cleanup; the third ends the process at once.
let ended = false;
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    if (second.signal.aborted) endBy(name);
    if (first.signal.aborted) second.abort(name);
    else first.abort(name);
    if (ended) void leave();
  });
}

// A reader that went away (`channelmix-s3 ... | head -1`) is no reason to stop halfway: the run ends and cleans up, unheard. So is a
// terminal that was closed.
let writeFailure: NodeJS.ErrnoException | undefined;
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') writeFailure ??= error;
  });
}

// A bug must not leave anything behind, either: what is going on is interrupted, cleans up, and the process ends with 3.
let crash: unknown;
const onCrash = (error: unknown) => {
  if (crash !== undefined) return;
  crash = error ?? new Error('an error without a value');
  process.stderr.write(`${describeCrash(crash)}\n`);
  first.abort('crash');
  process.exitCode = 3;
  setTimeout(() => process.exit(3), CRASH_LIMIT_MS).unref();
};
process.on('uncaughtException', onCrash);
process.on('unhandledRejection', onCrash);

const exitCode = await main(process.argv.slice(2), (color) => processContext(interrupts, color));
process.exitCode = crash === undefined ? exitCode : 3;
ended = true;
// The answer of a full disk comes after the write.
process.once('beforeExit', tellWriteFailure);
if (first.signal.aborted) await leave();

/**
 * Ends the process as the signal does where nobody listens to it. `process.exit` waits for the threads that read files, and one that opens
 * a pipe to which nobody writes never comes back.
 */
function endBy(name: NodeJS.Signals): void {
  process.removeAllListeners(name);
  process.kill(process.pid, name);
}

/** After an interrupt no call that was cut off, and no pause of one, holds the process: only what it wrote has to be out. */
async function leave(): Promise<void> {
  const written = [process.stdout, process.stderr].map(
    (stream) => new Promise<void>((resolve) => stream.write('', () => resolve())),
  );
  await Promise.all(written);
  tellWriteFailure();
  process.exit();
}

function tellWriteFailure(): void {
  if (writeFailure === undefined) return;
  process.stderr.write(`error: the output could not be written: ${writeFailure.message}\n`);
  process.exitCode = 3;
}
