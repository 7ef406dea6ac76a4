/** The thread of `createThreadRunner`. */
import { parentPort, workerData } from 'node:worker_threads';
import { createLocalRunner, type FleetAws } from './run-unit.ts';
import type { FromThread, ToThread } from './threads.ts';

const port = parentPort;
if (port === null) throw new Error('this file is a thread of the fleet, not a program');

const runner = createLocalRunner(workerData as FleetAws, process.env);

port.on('message', (message: ToThread) => {
  switch (message.type) {
    case 'run': {
      const { id, unit } = message;
      void runner.run(unit).then((outcome) => port.postMessage({ id, outcome } satisfies FromThread));
      return;
    }
    case 'close':
      void runner.close().then(() => port.close());
      return;
    default:
      runner[message.type]();
  }
});
