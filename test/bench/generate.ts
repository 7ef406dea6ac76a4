/**
 * `generate`: from the command line against the start of Node itself, and many grants in all formats in one process.
 * Run: npm run bench, or node --import tsx test/bench/generate.ts
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { awsCliScript } from '../../src/generate/aws-cli/index.ts';
import { cloudFormationTemplate } from '../../src/generate/cloudformation/index.ts';
import { pulumiProject } from '../../src/generate/pulumi/index.ts';
import { terraformConfig } from '../../src/generate/terraform/index.ts';
import { everyKindOfGrant } from '../generate/artefacts/grants.ts';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const GOALS = { ratio: 3, manyMs: 5_000 };
const RUNS = 15;
const MANY = 500;

function wallMs(args: readonly string[]): number {
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return performance.now() - began;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function line(what: string, value: string, goal: string, reached: boolean): void {
  console.log(`${what.padEnd(44)} ${value.padStart(24)}   goal ${goal}${reached ? '' : '  MISSED'}`);
  if (!reached) process.exitCode = 1;
}

/** In turns with Node alone, so that whatever else runs hits both. */
function coldStart(format: string, out: readonly string[]): void {
  const grant = ['--bucket', 'my-bucket', '--prefix', 'Client123/', ...out];
  const node: number[] = [];
  const ours: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    node.push(wallMs(['-e', '0']));
    ours.push(wallMs([cli, 'generate', format, ...grant]));
  }
  const ratio = median(ours) / median(node);
  const value = `${median(ours).toFixed(0)} ms, ${ratio.toFixed(2)} of node -e 0`;
  line(`generate ${format}`, value, `${GOALS.ratio}`, ratio <= GOALS.ratio);
}

for (const format of ['cloudformation', 'terraform', 'aws-cli']) coldStart(format, []);
const project = mkdtempSync(join(tmpdir(), 'channelmix-bench-'));
coldStart('pulumi', ['--out', project, '--force']);
rmSync(project, { recursive: true });

const grants = everyKindOfGrant().slice(0, MANY);
const began = performance.now();
let characters = 0;
for (const grant of grants) {
  characters += cloudFormationTemplate(grant).length + terraformConfig(grant).length + awsCliScript(grant).length;
  for (const { text } of pulumiProject(grant)) characters += text.length;
}
const ms = performance.now() - began;
line(
  `${grants.length} grants in all formats, one process`,
  `${(ms / 1_000).toFixed(2)} s, ${(characters / 1e6).toFixed(1)} MB`,
  `${GOALS.manyMs / 1_000} s`,
  ms <= GOALS.manyMs,
);
