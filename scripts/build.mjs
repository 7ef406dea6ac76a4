/** Builds dist/: the command line and the library, one chunk a command, so that a command loads only what it needs. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Builds dist/ (or another folder of the repository) anew; the types in it are those of `npm pack`. */
export async function buildDist(folder = 'dist') {
  const path = `${root}${folder}`;
  const old = existsSync(path) ? readdirSync(path).filter((name) => name.endsWith('.js')) : [];
  for (const name of old) rmSync(`${path}/${name}`);
  await build({
    absWorkingDir: root,
    entryPoints: {
      cli: 'src/cli/bin.ts',
      index: 'src/index.ts',
      pulumi: 'stacks/components/index.ts',
      verify: 'src/verify/library.ts',
      fleet: 'src/fleet/library.ts',
      audit: 'src/audit/library.ts',
      // A thread is started from a file.
      'fleet-worker': 'src/fleet/worker.ts',
    },
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    target: 'node20',
    // The SDK and Pulumi are large, and loaded by the commands that need them; the rest starts faster as part of the bundle.
    external: ['@aws-sdk/*', '@smithy/*', '@pulumi/*', '@clack/prompts'],
    // The package gives Node seventy files of CommonJS, and browsers the same as modules, of which a bundle takes what is used.
    alias: { yaml: './node_modules/yaml/browser/index.js' },
    logLevel: 'warning',
    banner: { js: '#!/usr/bin/env node' },
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildDist(process.argv[2]);
