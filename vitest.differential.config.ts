import { defineConfig } from 'vitest/config';

/** `npm run test:differential`: the evaluator against an independent one, on tens of thousands of random policy sets. */
export default defineConfig({
  test: {
    include: ['test/differential/**/*.differential.ts'],
    testTimeout: 180_000,
  },
});
