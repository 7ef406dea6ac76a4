/**
 * Speed of the linter: policies of the usual size a second, and policies of 1 MiB in several shapes, each beside JSON.parse of the same
 * text. CPU time, since the machine may have other work: the best of some runs in a warm process; and cold, by the command line, with
 * the start of the process. The linter is bundled as it is shipped.
 * Run: npm run bench, or node --import tsx test/bench/lint.ts [runs]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { lintText as LintText } from '../../src/lint/lint.ts';
import { LARGE, usual } from './lint-texts.ts';

const GOALS = { usualMs: 1000, largeMs: 200 };
const USUAL = 1000;
const root = fileURLToPath(new URL('../../', import.meta.url));

/** The linter as bundled: what tsx makes of the sources is slower. */
async function bundled(folder: string): Promise<typeof LintText> {
  const outfile = join(folder, 'lint.cjs');
  await build({
    stdin: { contents: "export { lintText } from './src/lint/lint.ts';", resolveDir: root, loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'cjs',
    platform: 'node',
    mainFields: ['module', 'main'],
    outfile,
  });
  const { lintText } = createRequire(import.meta.url)(outfile) as { readonly lintText: typeof LintText };
  return lintText;
}

/** Milliseconds of CPU time, the best of some runs. */
function best(runs: number, run: () => void): number {
  return Math.min(
    ...Array.from({ length: runs }, () => {
      const before = process.cpuUsage();
      run();
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    }),
  );
}

const TELL_CPU =
  "data:text/javascript,process.on('exit', () => { const { user, system } = process.cpuUsage(); console.error('cpu ' + (user + system) / 1000); })";

/** CPU milliseconds of a process of the command line, start included. */
function commandLine(file: string): number {
  const args = ['--import', TELL_CPU, 'dist/cli.js', 'lint', file, '--output', 'json'];
  const { stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 });
  return Number(/^cpu ([\d.]+)$/m.exec(stderr)?.[1] ?? Number.NaN);
}

async function bench(runs: number): Promise<void> {
  console.log(`node ${process.version}, ${cpus().length} cores; CPU time, best of ${runs}`);
  const folder = mkdtempSync(join(tmpdir(), 'channelmix-bench-'));
  try {
    const lintText = await bundled(folder);
    const policies = Array.from({ length: USUAL }, (_, index) => usual(index));
    const lintAll = (): void => {
      for (const text of policies) lintText(text, { path: 'policy.json' });
    };
    line(
      `${USUAL} policies of the usual size`,
      best(runs, lintAll),
      best(runs, () => policies.map((text) => JSON.parse(text))),
      GOALS.usualMs,
    );
    for (const [name, make] of Object.entries(LARGE)) {
      const text = make();
      const ms = best(runs, () => lintText(text, { path: 'policy.json' }));
      line(
        `1 MiB: ${name}`,
        ms,
        best(runs, () => JSON.parse(text)),
        GOALS.largeMs,
      );
    }
    for (const [name, text] of [
      ['a usual policy', usual(0)],
      ['1 MiB: many small statements', LARGE['many small statements']?.() ?? ''],
    ] as const) {
      const file = join(folder, 'policy.json');
      writeFileSync(file, text);
      const ms = Math.min(...Array.from({ length: runs }, () => commandLine(file)));
      console.log(`${`cold, by the command line: ${name}`.padEnd(46)} ${ms.toFixed(0).padStart(5)} ms`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function line(what: string, ms: number, parse: number, goal: number): void {
  const reached = ms <= goal;
  console.log(
    `${what.padEnd(46)} ${ms.toFixed(0).padStart(5)} ms   ${(ms / parse).toFixed(0).padStart(4)} times JSON.parse   goal ${goal} ms${reached ? '' : '  MISSED'}`,
  );
  if (!reached) process.exitCode = 1;
}

await bench(Number(process.argv[2] ?? 8));
