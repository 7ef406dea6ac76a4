import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { findPulumi } from './project.ts';
import { announcement } from './setup.ts';

/** `npm run test:engine [-- --real-provider]`: runs the tests where `pulumi` is on PATH, and says so where it is not. The rest goes to vitest. */
if (findPulumi() === undefined) {
  process.stdout.write(announcement());
} else {
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
  const given = process.argv.slice(2);
  const rest = given.filter((argument) => argument !== '--real-provider');
  const env = given.length > rest.length ? { ...process.env, CHANNELMIX_REAL_PROVIDER: '1' } : process.env;
  const { status } = spawnSync(process.execPath, [vitest, 'run', '--config', 'vitest.engine.config.ts', ...rest], {
    env,
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}
