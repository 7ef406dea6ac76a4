import { processContext } from './context.ts';
import { signalExitCode } from './errors.ts';
import { main } from './main.ts';

/** The first signal asks the command to stop and to clean up; the second ends the process at once. */
function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(signalExitCode(controller.signal));
      controller.abort(name);
    });
  }
  return controller.signal;
}

// A reader that went away (`channelmix-s3 … | head -1`) is no reason to stop halfway: the run ends and cleans up, unheard.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

const signal = abortOnSignals();
process.exitCode = await main(process.argv.slice(2), (color) => processContext(signal, color));
