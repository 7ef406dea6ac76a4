import { type Interrupts, processContext } from './context.ts';
import { signalExitCode } from './errors.ts';
import { main } from './main.ts';

/** The first signal asks the command to stop and to clean up, the second to leave the cleanup; the third ends the process at once. */
function watchSignals(): Interrupts {
  const first = new AbortController();
  const second = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (second.signal.aborted) process.exit(signalExitCode(first.signal));
      if (first.signal.aborted) second.abort(name);
      else first.abort(name);
    });
  }
  return { signal: first.signal, hurry: second.signal };
}

// A reader that went away (`channelmix-s3 ... | head -1`) is no reason to stop halfway: the run ends and cleans up, unheard.
let writeFailure: NodeJS.ErrnoException | undefined;
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') writeFailure ??= error;
  });
}

const interrupts = watchSignals();
const exitCode = await main(process.argv.slice(2), (color) => processContext(interrupts, color));
process.exitCode = exitCode;
// The answer of a full disk comes after the write.
process.once('beforeExit', () => {
  if (writeFailure === undefined) return;
  process.stderr.write(`error: the output could not be written: ${writeFailure.message}\n`);
  process.exitCode = 3;
});
