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

// A reader that went away (`channelmix-s3 … | head -1`) is no reason to stop halfway: the run ends and cleans up, unheard.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

const interrupts = watchSignals();
process.exitCode = await main(process.argv.slice(2), (color) => processContext(interrupts, color));
