import { defineConfig } from 'vitest/config';

/** `npm run test:peers`: the kit judged by software that it did not write. */
export default defineConfig({
  test: {
    include: ['test/peers/**/*.peers.ts'],
    globalSetup: ['test/peers/setup.ts'],
    // Two cores; each file has a sandbox of its own, and LocalEmu is shared.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['verbose'],
  },
});
