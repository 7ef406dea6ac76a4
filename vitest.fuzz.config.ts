import { defineConfig } from 'vitest/config';

/** `npm run test:fuzz`: a minute of random inputs with a fresh seed; FUZZ_SECONDS for more. */
export default defineConfig({
  test: {
    include: ['test/fuzz/**/*.fuzz.ts'],
    testTimeout: 60_000 + Number(process.env.FUZZ_SECONDS ?? 60) * 1000,
  },
});
