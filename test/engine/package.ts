import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import packageJson from '../../package.json' with { type: 'json' };

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CACHE = '.cache/engine-package';

/** Where TypeScript's compiler is. */
const TSC = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');

/**
 * Builds the package as `npm pack` would, with its types, and a folder of modules that has it beside the packages of the repository: what
 * `npm install` would give a generated project, were the package in a registry.
 *
 * @returns a folder for the front of PATH, with an `npm` that installs these modules
 */
export function standInForNpm(): string {
  const made = join(ROOT, CACHE);
  rmSync(made, { recursive: true, force: true });
  execFileSync(process.execPath, ['scripts/build.mjs', `${CACHE}/dist`], { cwd: ROOT });
  execFileSync(process.execPath, [TSC, '-p', 'tsconfig.types.json', '--outDir', `${CACHE}/dist/types`], { cwd: ROOT });
  for (const name of ['package.json', 'policies']) cpSync(join(ROOT, name), join(made, name), { recursive: true });
  const modules = join(made, 'installed/node_modules');
  mkdirSync(join(modules, '.bin'), { recursive: true });
  const packages = readdirSync(join(ROOT, 'node_modules')).filter((name) => !name.startsWith('.'));
  for (const name of packages) symlinkSync(join(ROOT, 'node_modules', name), join(modules, name), 'dir');
  symlinkSync(made, join(modules, packageJson.name), 'dir');
  const command = join(made, packageJson.bin['channelmix-s3']);
  chmodSync(command, 0o755);
  symlinkSync(command, join(modules, '.bin/channelmix-s3'));
  const bin = join(made, 'bin');
  mkdirSync(bin);
  const script = `#!/bin/sh\n[ "$1" = install ] || exit 64\nexec ln -s '${modules}' node_modules\n`;
  writeFileSync(join(bin, 'npm'), script, { mode: 0o755 });
  return bin;
}

/** Checks the types of a project, with the project's own settings; what the compiler says, empty when all is well. */
export function typeErrors(project: string): string {
  try {
    execFileSync(process.execPath, [TSC, '-p', project], { encoding: 'utf8' });
    return '';
  } catch (error) {
    return (error as { readonly stdout: string }).stdout;
  }
}
