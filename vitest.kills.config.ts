import { defineConfig } from 'vitest/config';

/** `npm run test:kills`: processes of the command are killed at each of their calls; nothing may be left. KILLS=1000 for more than a sample. */
export default defineConfig({
  test: {
    include: ['test/kills/**/*.kills.ts'],
    globalSetup: ['test/kills/setup.ts'],
    maxConcurrency: 3,
    testTimeout: 3_600_000,
  },
});
