/**
 * Wall time of a healthy verify under 40 ms of latency a request, as a ratio to the four round trips of its longest chain of
 * dependent requests (assume, put, get, delete). Run: npx tsx test/bench/verify.ts [runs]
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { AccessLevel } from '../../src/model/grant.ts';
import { startSandbox } from '../../src/sandbox/index.ts';
import { collectReport, readVerifyTarget, verify } from '../../src/verify/index.ts';
import { channelMixPorts, createBucket, createRole } from '../verify/setup.ts';

const LATENCY_MS = 40;
const ROUND_TRIPS = 4;
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
  console.log(
    `${LATENCY_MS} ms a request; ${ROUND_TRIPS} round trips = ${LATENCY_MS * ROUND_TRIPS} ms; ${runs} runs each`,
  );
  for (const [access, roleArn] of roles) {
    const times: number[] = [];
    for (let i = 0; i < runs; i++) {
      const target = readVerifyTarget({ roleArn, bucket: `bench-${access}`, access });
      const report = await collectReport(verify({ target, ports: channelMixPorts(endpoint), waitMs: 0 }));
      if (!report.ok) throw new Error(JSON.stringify(report.checks.filter((check) => !check.ok)));
      times.push(report.ms);
    }
    const first = times[0] ?? 0;
    times.sort((a, b) => a - b);
    const median = times[Math.floor(times.length / 2)] ?? 0;
    const ratio = (ms: number) => (ms / (LATENCY_MS * ROUND_TRIPS)).toFixed(2);
    console.log(
      `${access.padEnd(9)} first ${first} ms (${ratio(first)}), median ${median} ms (${ratio(median)}), best ${times[0]} ms (${ratio(times[0] ?? 0)})`,
    );
  }
  child.disconnect();
}
