import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** A folder of its own: others build dist/, or run these tests, at the same time. */
const folder = `node_modules/.cache/kills-${process.pid}`;

/** Builds the command as it ships, once for all files. */
export function setup(): void {
  execFileSync(process.execPath, ['scripts/build.mjs', folder], { cwd: root });
  process.env.KILLED_CLI = `${root}${folder}/cli.js`;
}

/** Removes it. */
export function teardown(): void {
  rmSync(`${root}${folder}`, { recursive: true, force: true });
}
