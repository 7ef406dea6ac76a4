#!/usr/bin/env node
/**
 * The command line as a hook of pre-commit (language `script`): installs and builds the kit in pre-commit's own clone when it runs there for
 * the first time. Not language `node`, which runs `npm install -g git+…`: npm then prepares the package with the same global folder as its
 * target, and the two get in each other's way.
 * https://pre-commit.com/#script
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

execFileSync(process.execPath, [fileURLToPath(new URL('ensure-install.mjs', import.meta.url))], {
  stdio: ['ignore', 2, 2],
});
await import('../dist/cli.js');
