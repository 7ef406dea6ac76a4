/**
 * Sweeps the folder of the probes with 100,000 versions and delete markers in it: time, and growth of memory. The sandbox is a process of its
 * own. Run: npx tsx test/bench/sweep.ts [items]
 */
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pMap from 'p-map';
import { startSandbox } from '../../src/sandbox/index.ts';
import { createVerifyPorts, sweep } from '../../src/verify/index.ts';
import { CLIENT_ACCOUNT, createBucket, rootClients } from '../verify/setup.ts';

const self = fileURLToPath(import.meta.url);
const bucket = 'sweep-bench';

if (process.argv[2] === 'serve') await serve();
else await bench(Number(process.argv[2] ?? 100_000));

async function serve(): Promise<void> {
  const sandbox = await startSandbox();
  process.on('disconnect', () => void sandbox.close());
  process.send?.(sandbox.endpoint);
}

/** Every twentieth is a version that was put; the others are delete markers, a thousand a call. */
async function fill(endpoint: string, items: number): Promise<void> {
  const s3 = await rootClients(endpoint, CLIENT_ACCOUNT).s3();
  await s3.putBucketVersioning({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } });
  const key = () => `.channelmix-verify/${randomBytes(16).toString('hex')}`;
  const puts = Math.floor(items / 20);
  await pMap(Array(puts), () => s3.putObject({ Bucket: bucket, Key: key(), Body: 'x' }), { concurrency: 16 });
  for (let left = items - puts; left > 0; left -= 1_000) {
    const Objects = Array.from({ length: Math.min(left, 1_000) }, () => ({ Key: key() }));
    await s3.deleteObjects({ Bucket: bucket, Delete: { Objects, Quiet: true } });
  }
}

async function bench(items: number): Promise<void> {
  const child = fork(self, ['serve'], { execArgv: ['--import', 'tsx'] });
  const endpoint = await new Promise<string>((resolve) => child.once('message', (message) => resolve(String(message))));
  await createBucket(endpoint, bucket);
  await fill(endpoint, items);
  const state = await mkdtemp(join(tmpdir(), 'sweep-bench-'));
  const memory = () => Math.round(process.memoryUsage().rss / 1_048_576);
  let highest = 0;
  const watch = setInterval(() => {
    highest = Math.max(highest, memory());
  }, 50);
  const before = memory();
  const began = performance.now();
  const report = await sweep({
    bucket,
    dryRun: false,
    stateDirectory: state,
    connect: () =>
      createVerifyPorts({
        endpointUrl: endpoint,
        region: 'us-east-1',
        credentials: { accessKeyId: CLIENT_ACCOUNT, secretAccessKey: CLIENT_ACCOUNT },
      }),
    confirm: async () => true,
    signal: new AbortController().signal,
    now: () => Date.now() + 31 * 60_000,
  });
  const seconds = (performance.now() - began) / 1_000;
  clearInterval(watch);
  console.log(
    `${report?.removed} removed, ${report?.left.length} left, ${seconds.toFixed(1)} s, memory ${before} to ${highest} MiB`,
  );
  await rm(state, { recursive: true });
  child.disconnect();
  if (report?.ok !== true || report.removed !== items) process.exitCode = 1;
}
