import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Others build dist/ at the same time. */
const FOLDER = 'node_modules/.cache/kills';

/** The command as it ships, in a folder of its own. */
export const KILLED_CLI = `${root}${FOLDER}/cli.js`;

/** Builds it once for all files. */
export function setup(): void {
  execFileSync(process.execPath, ['scripts/build.mjs', FOLDER], { cwd: root });
}
