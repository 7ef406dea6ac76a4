import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/setup.ts'],
    testTimeout: 15_000,
    // The files of a worker share its modules: loading the AWS SDK and Pulumi anew for each would take a third of the time.
    isolate: false,
    // Much of it waits, for sockets and processes: with no more workers than processors, half of a small machine is idle.
    maxWorkers: availableParallelism() + 1,
  },
});
