/**
 * Wall time of a healthy verify under 40 ms of latency a request, as ratios: to the bare round trips of its longest chain of dependent
 * requests (assume, put, get, delete), to that chain and its confirmation made alone with the same SDK, in turns with the verifies, and to
 * a boto3 script that makes the same calls one after another. All in the same run against the same sandbox.
 * Run: npx tsx test/bench/verify.ts [runs]
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CHANNELMIX_ACCOUNT_ID } from '../../src/model/constants.ts';
import type { AccessLevel } from '../../src/model/grant.ts';
import { startSandbox } from '../../src/sandbox/index.ts';
import { collectReport, readVerifyTarget, verify } from '../../src/verify/index.ts';
import { findPython, PYTHON_HELP, prepareEnvironment, SCRIPTS } from '../peers/environment.ts';
import { run } from '../peers/processes.ts';
import { channelMixPorts, createBucket, createRole } from '../verify/setup.ts';

/** The journal is part of what a run takes. */
const STATE = mkdtempSync(join(tmpdir(), 'bench-verify-'));
process.on('exit', () => rmSync(STATE, { recursive: true, force: true }));

const LATENCY_MS = 40;
const ROUND_TRIPS = 4;
const PATH_MS = LATENCY_MS * ROUND_TRIPS;
const self = fileURLToPath(import.meta.url);

if (process.argv[2] === 'serve') await serve();
else await bench(Number(process.argv[2] ?? 15));

/** The sandbox in a process of its own, as a network would be. */
async function serve(): Promise<void> {
  const sandbox = await startSandbox();
  process.on('message', (message) => {
    if (message === 'latency') sandbox.faults.add(`latency=${LATENCY_MS}ms`);
    process.send?.('done');
  });
  process.on('disconnect', () => void sandbox.close());
  process.send?.(sandbox.endpoint);
}

async function bench(runs: number): Promise<void> {
  const child = fork(self, ['serve'], { execArgv: ['--import', 'tsx'] });
  const next = () => new Promise<string>((resolve) => child.once('message', (message) => resolve(String(message))));
  const endpoint = await next();
  const roles = new Map<AccessLevel, string>();
  for (const access of ['minimal', 'extended', 'full'] as const) {
    await createBucket(endpoint, `bench-${access}`);
    roles.set(access, await createRole(endpoint, { name: `bench-${access}`, bucket: `bench-${access}`, access }));
  }
  child.send('latency');
  await next();
  console.log(`${LATENCY_MS} ms a request; ${ROUND_TRIPS} round trips = ${PATH_MS} ms; ${runs} runs each`);
  const medians = new Map<AccessLevel, number>();
  for (const [access, roleArn] of roles) {
    const times: number[] = [];
    for (let i = 0; i < runs; i++) times.push(await verifyOnce(endpoint, access, roleArn));
    medians.set(access, median(times));
    const [first = 0] = times;
    const ratio = (ms: number) => `${Math.round(ms)} ms (${(ms / PATH_MS).toFixed(2)})`;
    const best = Math.min(...times);
    console.log(`${access.padEnd(9)} first ${ratio(first)}, median ${ratio(median(times))}, best ${ratio(best)}`);
  }
  const minimal = medians.get('minimal') ?? Number.NaN;
  console.log(`verify / bare round trips: ${(minimal / PATH_MS).toFixed(2)}`);
  await compareWithChain(endpoint, roles.get('minimal') ?? '', runs);
  await compareWithBoto3(endpoint, roles.get('minimal') ?? '', minimal, runs);
  child.disconnect();
}

async function verifyOnce(endpoint: string, access: AccessLevel, roleArn: string): Promise<number> {
  const target = readVerifyTarget({ roleArn, bucket: `bench-${access}`, access });
  const report = await collectReport(
    verify({ target, ports: channelMixPorts(endpoint), waitMs: 0, state: { directory: STATE } }),
  );
  if (!report.ok) throw new Error(JSON.stringify(report.checks.filter((check) => !check.ok)));
  return report.ms;
}

/** In turns, so that whatever else the machine does strikes both alike. */
async function compareWithChain(endpoint: string, roleArn: string, runs: number): Promise<void> {
  const verifies: number[] = [];
  const chains: number[] = [];
  for (let i = 0; i < runs; i++) {
    verifies.push(await verifyOnce(endpoint, 'minimal', roleArn));
    chains.push(await chainOnce(endpoint, roleArn));
  }
  console.log(
    `assume, put, get, delete, confirm alone: median ${Math.round(median(chains))} ms; verify in turns with it ${Math.round(median(verifies))} ms\n` +
      `verify / its chain: ${(median(verifies) / median(chains)).toFixed(2)} (aim: at most 1.3)`,
  );
}

/** The longest chain of a verify and nothing else, made by the kit's own clients; in milliseconds. */
async function chainOnce(endpoint: string, roleArn: string): Promise<number> {
  const ports = channelMixPorts(endpoint);
  const caller = ports.clients();
  const [sts] = await Promise.all([caller.sts(), caller.s3()]);
  const began = performance.now();
  const { Credentials } = await sts.assumeRole({ RoleArn: roleArn, RoleSessionName: 'bench', DurationSeconds: 900 });
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  const session = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  const s3 = await ports.clients({ credentials: session, region: 'us-east-1' }).s3();
  const object = { Bucket: 'bench-minimal', Key: `.channelmix-verify/${ports.newId()}` };
  await s3.putObject({ ...object, Body: 'x'.repeat(202), IfNoneMatch: '*' });
  const { Body } = await s3.getObject(object);
  await Body?.transformToString();
  await s3.deleteObject(object);
  await s3.listObjectsV2({ Bucket: object.Bucket, Prefix: object.Key, MaxKeys: 1 });
  const ms = performance.now() - began;
  ports.close();
  return ms;
}

/** The same calls by boto3, one after another. */
async function compareWithBoto3(endpoint: string, roleArn: string, minimal: number, runs: number): Promise<void> {
  const python = await findPython();
  if (python === undefined) {
    console.log(`verify / boto3: not measured. ${PYTHON_HELP}`);
    return;
  }
  const clients = await prepareEnvironment('clients', python, console.log);
  const script = join(SCRIPTS, 'verify_calls.py');
  const rounds = String(Math.min(runs, 7));
  const args = [script, endpoint, CHANNELMIX_ACCOUNT_ID, roleArn, 'bench-minimal', rounds];
  const finished = await run(clients, args, { seconds: 120 });
  if (finished.code !== 0) throw new Error(finished.stderr);
  const { calls, ms } = JSON.parse(finished.stdout) as { calls: number; ms: readonly number[] };
  const boto3 = median(ms);
  console.log(
    `boto3     ${calls} calls one after another: median ${Math.round(boto3)} ms\n` +
      `verify / boto3: ${(minimal / boto3).toFixed(2)} of its time (aim: at most 0.45)`,
  );
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
