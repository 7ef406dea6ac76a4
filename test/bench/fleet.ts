/**
 * A fleet under 40 ms of latency a request: how many times faster than one client after another, and the memory it takes. The command
 * line runs as its users run it, from dist/, in a process of its own, and so does the sandbox. Ends with 1 when a goal is missed: the ratio
 * counts only on a machine that has time for it, the processor time a client and the memory count always.
 * Run: npx tsx test/bench/fleet.ts [clients]
 */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pMap from 'p-map';
import { createAwsClients } from '../../src/aws/index.ts';
import { identityPolicy, trustPolicy } from '../../src/generate/policy-documents.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../../src/model/constants.ts';
import { startSandbox } from '../../src/sandbox/index.ts';

const LATENCY_MS = 40;
/** Of issue 5, and what follows from it for 2 processors that do the sandbox's part, too. Memory for four times the clients is no more. */
const GOALS = { ratio: 20, peakMiB: 300, cpuMs: 13, growth: 1.2 };
/** What others may take of the machine, as a part of all its processors, before a ratio that is missed says nothing. */
const QUIET = 0.1;
const TRIES = 3;
const ACCOUNTS = Array.from({ length: 20 }, (_, index) => String(200_000_000_000 + index));
/** One after another is measured on some clients, without the start of the process, and extrapolated. */
const SAMPLE = 20;
const self = fileURLToPath(import.meta.url);
const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

if (process.argv[2] === 'serve') await serve(Number(process.argv[3]));
else await bench(Number(process.argv[2] ?? 1_000));

function accountOf(index: number): string {
  return ACCOUNTS[index % ACCOUNTS.length] ?? '';
}

/** A sandbox with healthy clients, spread over the accounts. */
async function serve(count: number): Promise<void> {
  const sandbox = await startSandbox({ accounts: [CHANNELMIX_ACCOUNT_ID, ...ACCOUNTS] });
  const clients = new Map(
    ACCOUNTS.map((account) => {
      const credentials = { accessKeyId: account, secretAccessKey: account };
      return [account, createAwsClients({ endpointUrl: sandbox.endpoint, region: 'us-east-1', credentials })];
    }),
  );
  const create = async (index: number): Promise<void> => {
    const set = clients.get(accountOf(index));
    const [iam, s3] = await Promise.all([set?.iam(), set?.s3()]);
    const bucket = `fleet-${index}`;
    const policy = identityPolicy({
      access: 'minimal',
      partition: 'aws',
      buckets: [{ name: bucket, create: false, prefixes: [] }],
    });
    await s3?.createBucket({ Bucket: bucket });
    await iam?.createRole({ RoleName: bucket, AssumeRolePolicyDocument: JSON.stringify(trustPolicy('aws')) });
    await iam?.putRolePolicy({ RoleName: bucket, PolicyName: 'channelmix', PolicyDocument: JSON.stringify(policy) });
  };
  await pMap(Array.from({ length: count }).keys(), create, { concurrency: 16 });
  sandbox.faults.add(`latency=${LATENCY_MS}ms`);
  process.on('message', () => process.send?.(process.cpuUsage()));
  process.on('disconnect', () => void sandbox.close());
  process.send?.(sandbox.endpoint);
}

interface Run {
  readonly ms: number;
  readonly peakMiB: number;
  /** Processor time of the run, in milliseconds. */
  readonly cpuMs: number;
}

async function bench(count: number): Promise<void> {
  const child = fork(self, ['serve', String(count)], { execArgv: ['--import', 'tsx'] });
  const [endpoint] = await once(child, 'message');
  const folder = mkdtempSync(join(tmpdir(), 'channelmix-bench-'));
  const run = async (clients: number, ...args: readonly string[]): Promise<Run> => {
    const file = join(folder, `fleet-${clients}.yaml`);
    const entries = Array.from({ length: clients }, (_, index) => {
      const roleArn = `arn:aws:iam::${accountOf(index)}:role/fleet-${index}`;
      return `  - name: client-${index}\n    roleArn: ${roleArn}\n    bucket: fleet-${index}\n`;
    });
    writeFileSync(file, `clients:\n${entries.join('')}`);
    return measure(['fleet', 'verify', '-f', file, ...args], String(endpoint), folder, clients);
  };
  console.log(
    `${count} healthy minimal grants in ${ACCOUNTS.length} accounts, ${LATENCY_MS} ms a request, ${availableParallelism()} processors that the sandbox shares (load ${loadavg()[0]?.toFixed(1)})`,
  );
  const one = ['--concurrency', '1', '--threads', '1'];
  const few = await run(5, ...one);
  const some = await run(5 + SAMPLE, ...one);
  const each = (some.ms - few.ms) / SAMPLE;
  const sequential = few.ms - 5 * each + count * each;
  console.log(
    `one after another: ${each.toFixed(0)} ms a client (measured on ${SAMPLE}), so ${seconds(sequential)} for ${count} (extrapolated)`,
  );
  const sandboxCpu = async (): Promise<number> => {
    child.send('cpu');
    const [{ user, system }] = await once(child, 'message');
    return (user + system) / 1_000;
  };
  const tries = await tryRepeatedly(() => run(count), sequential, sandboxCpu);
  judgeSpeed(tries, count);
  const peak = Math.max(...tries.map(({ fleet }) => fleet.peakMiB));
  judge(`peak ${peak} MiB   goal below ${GOALS.peakMiB}`, peak < GOALS.peakMiB);
  const quarter = await run(Math.ceil(count / 4));
  const narrow = await run(count, '--concurrency', '16');
  judge(
    `memory: ${quarter.peakMiB} MiB for ${Math.ceil(count / 4)} clients, ${peak} MiB for ${count} (goal at most ${GOALS.growth} times as much); ` +
      `${narrow.peakMiB} MiB with a concurrency of 16 (${seconds(narrow.ms)}, ${(sequential / narrow.ms).toFixed(1)} times faster)`,
    peak <= quarter.peakMiB * GOALS.growth,
  );
  child.disconnect();
  rmSync(folder, { recursive: true });
}

/** A fleet of all clients, and what the machine did meanwhile. */
interface Try {
  readonly ratio: number;
  /** What others took of the machine. */
  readonly others: number;
  /** Processor time of the sandbox, in milliseconds. */
  readonly served: number;
  readonly fleet: Run;
}

/** Until the ratio is reached: others on the machine only ever make it smaller. */
async function tryRepeatedly(
  run: () => Promise<Run>,
  sequential: number,
  sandboxCpu: () => Promise<number>,
): Promise<readonly Try[]> {
  const tries: Try[] = [];
  do {
    const before = { sandbox: await sandboxCpu(), busy: busyMs(), self: selfMs(), at: performance.now() };
    const fleet = await run();
    const served = (await sandboxCpu()) - before.sandbox;
    const others = busyMs() - before.busy - (fleet.cpuMs + served + selfMs() - before.self);
    const share = Math.max(0, others) / (availableParallelism() * (performance.now() - before.at));
    tries.push({ ratio: sequential / fleet.ms, others: share, served, fleet });
    console.log(
      `fleet verify:      ${seconds(fleet.ms)}, ${(sequential / fleet.ms).toFixed(1)} times faster; others took ${(100 * share).toFixed(0)} % of the machine`,
    );
  } while (tries.length < TRIES && tries.every(({ ratio }) => ratio < GOALS.ratio));
  return tries;
}

function judgeSpeed(tries: readonly Try[], count: number): void {
  const best = tries.reduce((one, other) => (other.ratio > one.ratio ? other : one));
  const reached = best.ratio >= GOALS.ratio;
  const said = `ratio ${best.ratio.toFixed(1)}   goal ${GOALS.ratio}`;
  if (reached || tries.some(({ others }) => others < QUIET)) judge(said, reached);
  else console.log(`${said}  MISSED, which does not count: the machine was busy with others`);
  const cpu = best.fleet.cpuMs / count;
  judge(
    `processor time a client: ${cpu.toFixed(1)} ms   goal ${GOALS.cpuMs}; and ${(best.served / count).toFixed(1)} ms of the sandbox`,
    cpu <= GOALS.cpuMs,
  );
}

function judge(what: string, reached: boolean): void {
  console.log(`${what}${reached ? '' : '  MISSED'}`);
  if (!reached) process.exitCode = 1;
}

/** What all processors have worked since the machine began, in milliseconds. */
function busyMs(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
}

/** What this process has. */
function selfMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Wall time and the most memory that a run took. */
async function measure(args: readonly string[], endpoint: string, folder: string, clients: number): Promise<Run> {
  const began = performance.now();
  const child = spawn(process.execPath, [cli, ...args], {
    env: {
      ...process.env,
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: CHANNELMIX_ACCOUNT_ID,
      AWS_SECRET_ACCESS_KEY: CHANNELMIX_ACCOUNT_ID,
      CHANNELMIX_S3_STATE_DIR: folder,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (data) => {
    output += data;
  });
  let peak = 0;
  let cpu = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, highWater(child.pid));
    cpu = Math.max(cpu, processorTime(child.pid));
  }, 20);
  await once(child, 'close');
  clearInterval(watch);
  const sum = `${clients} passed`;
  if (!output.replaceAll(',', '').includes(`${clients} of ${sum}`)) throw new Error(output);
  return { ms: performance.now() - began, peakMiB: Math.round(peak / 1024), cpuMs: cpu };
}

/** Peak resident set in KiB, as Linux counts it. */
function highWater(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    // It has ended.
    return 0;
  }
}

/** User and system time in milliseconds; Linux counts in hundredths. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function processorTime(pid: number | undefined): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    // It has ended.
    return 0;
  }
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
