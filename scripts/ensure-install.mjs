/**
 * Installs the dependencies when node_modules is missing or does not fit package-lock.json, so that `npm run demo` and `npm test` are each
 * the only command that a fresh clone needs. `--stamp` only notes that node_modules fits: npm runs it after an install.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stampFile = `${root}node_modules/.channelmix-s3-lock`;
const lock = createHash('sha256')
  .update(readFileSync(`${root}package-lock.json`))
  .digest('hex');

if (process.argv.includes('--stamp')) {
  if (existsSync(`${root}node_modules`)) writeFileSync(stampFile, lock);
} else if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== lock) {
  console.error('Installing dependencies (once) …');
  // A child npm must not take the flags of the npm that started this script for its own.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_/i.test(name) || /^npm_config_(registry|cache|userconfig)$/i.test(name),
    ),
  );
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    env,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
}
