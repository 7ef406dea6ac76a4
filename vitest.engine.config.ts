import { defineConfig } from 'vitest/config';

/** `npm run test:engine`: the programs with a real Pulumi engine, where `pulumi` is on PATH. */
export default defineConfig({
  test: {
    include: ['test/engine/**/*.engine.ts'],
    globalSetup: ['test/engine/setup.ts'],
    testTimeout: 180_000,
    hookTimeout: 60_000,
    reporters: ['verbose'],
  },
});
