import { defineConfig } from 'vitest/config';

/** `npm run test:fuzz`: a minute of random inputs with a fresh seed; FUZZ_SECONDS for more. */
export default defineConfig({
  test: {
    include: ['test/fuzz/**/*.fuzz.ts'],
    // Otherwise the process lets garbage grow to gigabytes before it looks, and its size says nothing of what an input needs.
    execArgv: ['--max-old-space-size=320'],
    testTimeout: 60_000 + Number(process.env.FUZZ_SECONDS ?? 60) * 1000,
  },
});
