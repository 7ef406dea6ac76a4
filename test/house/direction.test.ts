import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'channelmix-direction-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('has a guard of the import direction that can fail', () => {
  mkdirSync(join(folder, 'src/model'), { recursive: true });
  mkdirSync(join(folder, 'src/cli'), { recursive: true });
  writeFileSync(join(folder, 'tsconfig.json'), '{}');
  writeFileSync(join(folder, 'src/model/a.ts'), "import { b } from '../cli/b.ts';\nexport const a = b;\n");
  writeFileSync(join(folder, 'src/model/c.ts'), "import { join } from 'node:path';\nexport const c = join;\n");
  writeFileSync(
    join(folder, 'src/cli/b.ts'),
    "import { readFileSync } from 'node:fs';\nexport const b = readFileSync;\n",
  );
  const oracle = join(folder, 'node_modules/@cloud-copilot/iam-simulate');
  mkdirSync(oracle, { recursive: true });
  writeFileSync(join(oracle, 'package.json'), '{"name": "@cloud-copilot/iam-simulate", "main": "index.js"}');
  writeFileSync(join(oracle, 'index.js'), 'exports.d = 1;\n');
  writeFileSync(
    join(folder, 'src/model/d.ts'),
    "import { d } from '@cloud-copilot/iam-simulate';\nexport const e = d;\n",
  );
  const tool = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const config = join(root, '.dependency-cruiser.mjs');
  const run = spawnSync(process.execPath, [tool, '--config', config, 'src'], { cwd: folder, encoding: 'utf8' });
  expect(run.stdout).toContain('rank-0-model: src/model/a.ts');
  expect(run.stdout).toContain('pure-core-builtin: src/model/c.ts');
  expect(run.stdout).toContain('no-oracles: src/model/d.ts');
  expect(run.status).not.toBe(0);
});
