/**
 * Speed of the sandbox: time to its ready line, signed and authorized GETs of 1 KiB a second from 16 connections, and memory, against
 * a bare `node:http` server in the same run, and against LocalEmu and moto with IAM enforced where there is a Python for them.
 * Run: npm run bench, or node --import tsx test/bench/sandbox.ts [seconds]
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import aws4 from 'aws4';
import { startPeerServers } from './peers.ts';
import { type LoadJob, type LoadResult, runLoad } from './sandbox-load.ts';

const CLIENT = '111122223333';
const CHANNELMIX = '031871504755';
const CONNECTIONS = 16;
const OBJECTS = 64;
const ROUNDS = 3;
const self = fileURLToPath(import.meta.url);
const root = fileURLToPath(new URL('../../', import.meta.url));

/** A server under load. */
interface Contender {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  readonly requests: readonly string[];
  readonly stop: () => Promise<void> | void;
}

async function bench(seconds: number): Promise<void> {
  console.log(
    `node ${process.version}, ${cpus().length} cores; ${CONNECTIONS} connections, ${seconds} s a round, ${ROUNDS} rounds`,
  );
  await startUp();
  const contenders = [await bareServer(), await sandbox(), ...(await peers())];
  const rates = new Map<string, number[]>();
  const memory = new Map<string, number>();
  try {
    for (const contender of contenders) await load(contender, 5);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const contender of contenders) {
        const result = await load(contender, seconds);
        if (result.errors > 0)
          throw new Error(`${contender.name}: ${result.errors} errors, first: ${result.firstError}`);
        rates.set(contender.name, [...(rates.get(contender.name) ?? []), result.perSecond]);
        memory.set(contender.name, Math.max(memory.get(contender.name) ?? 0, await residentMiB(contender.pid)));
        console.log(
          `${contender.name.padEnd(10)} ${result.perSecond.toFixed(0).padStart(6)} GETs/s, p50 ${result.p50.toFixed(1)} ms, p99 ${result.p99.toFixed(1)} ms, ${memory.get(contender.name)?.toFixed(0)} MiB`,
        );
      }
    }
  } finally {
    for (const contender of contenders) await contender.stop();
  }
  report(rates, memory);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function report(rates: ReadonlyMap<string, readonly number[]>, memory: ReadonlyMap<string, number>): void {
  const rate = (name: string): number => median(rates.get(name) ?? []);
  const lines = [
    `sandbox ${rate('sandbox').toFixed(0)} GETs/s (aim: 2000)`,
    `sandbox / bare server: ${(rate('sandbox') / rate('bare')).toFixed(2)} of the rate, ${((memory.get('sandbox') ?? 0) / (memory.get('bare') ?? 1)).toFixed(2)} times the memory (aim: 2)`,
    ...(rates.has('localemu')
      ? [`sandbox / LocalEmu: ${(rate('sandbox') / rate('localemu')).toFixed(1)} times the rate (aim: 4)`]
      : []),
    ...(rates.has('moto') ? [`sandbox / moto: ${(rate('sandbox') / rate('moto')).toFixed(1)} times the rate`] : []),
  ];
  console.log(lines.join('\n'));
}

/** Time from the start of the process to the ready line. */
async function startUp(): Promise<void> {
  const times: number[] = [];
  for (let run = 0; run < 7; run += 1) {
    const began = performance.now();
    const server = await startCli();
    times.push(performance.now() - began);
    await server.stop();
  }
  const empty: number[] = [];
  for (let run = 0; run < 7; run += 1) {
    const began = performance.now();
    await new Promise((resolve) => spawn(process.execPath, ['-e', '0']).once('close', resolve));
    empty.push(performance.now() - began);
  }
  console.log(
    `sandbox start: ready in ${median(times).toFixed(0)} ms, best ${Math.min(...times).toFixed(0)} ms (aim: 300); node -e 0: ${median(empty).toFixed(0)} ms`,
  );
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('no stdout');
  for await (const line of createInterface(child.stdout)) return line;
  throw new Error('the server ended before it was ready');
}

function stopper(child: ChildProcess): () => Promise<void> {
  return () =>
    new Promise((resolve) => {
      child.once('close', () => resolve());
      child.kill('SIGTERM');
    });
}

async function startCli(): Promise<{
  readonly endpoint: string;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}> {
  const child = spawn(process.execPath, ['dist/cli.js', 'sandbox', 'start'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const { endpoint } = JSON.parse(await firstLine(child)) as { endpoint: string };
  return { endpoint, pid: child.pid ?? 0, stop: stopper(child) };
}

const BARE = `
import { createServer } from 'node:http';
const body = Buffer.alloc(1024, 'x');
const server = createServer((request, response) => {
  response.writeHead(200, { 'content-type': 'binary/octet-stream', 'content-length': body.length });
  response.end(body);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
`;

async function bareServer(): Promise<Contender> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', BARE], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = Number(await firstLine(child));
  const keys = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' };
  return { name: 'bare', port, pid: child.pid ?? 0, requests: signedGets(port, keys), stop: stopper(child) };
}

async function sandbox(): Promise<Contender> {
  const { endpoint, pid, stop } = await startCli();
  const port = Number(new URL(endpoint).port);
  return { name: 'sandbox', port, pid, requests: signedGets(port, await grant(endpoint)), stop };
}

/** The peers, with authorization on. */
async function peers(): Promise<readonly Contender[]> {
  const servers = await startPeerServers(console.log);
  return Promise.all(
    servers.map(async ({ name, endpoint, pid, enforce, stop }) => {
      const keys = await grant(endpoint);
      await enforce();
      const port = Number(new URL(endpoint).port);
      return { name, port, pid, requests: signedGets(port, keys), stop };
    }),
  );
}

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** The role way with minimal access: what ChannelMix reads with. */
async function grant(endpoint: string): Promise<Keys> {
  const rootOf = (account: string) => ({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: account, secretAccessKey: account },
  });
  const iam = new IAMClient(rootOf(CLIENT));
  const document = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: 'bench',
      AssumeRolePolicyDocument: document({
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${CHANNELMIX}:root` },
        Action: 'sts:AssumeRole',
      }),
    }),
  );
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'bench',
      PolicyName: 'minimal',
      PolicyDocument: document({
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
        Resource: 'arn:aws:s3:::bench/*',
      }),
    }),
  );
  const s3 = new S3Client({ ...rootOf(CLIENT), forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'bench' }));
  for (let index = 0; index < OBJECTS; index += 1) {
    await s3.send(new PutObjectCommand({ Bucket: 'bench', Key: `reports/${index}.csv`, Body: 'x'.repeat(1024) }));
  }
  const { Credentials } = await new STSClient(rootOf(CHANNELMIX)).send(
    new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'bench' }),
  );
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
}

/** GETs as they go over the wire, signed beforehand: the client's work must not be what is measured. */
function signedGets(port: number, keys: Keys): readonly string[] {
  return Array.from({ length: OBJECTS }, (_, index) => {
    const { method, path, headers } = aws4.sign(
      {
        service: 's3',
        region: 'us-east-1',
        method: 'GET',
        host: `127.0.0.1:${port}`,
        path: `/bench/reports/${index}.csv`,
        headers: { 'User-Agent': 'bench' },
      },
      keys,
    );
    const lines = Object.entries(headers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`);
    return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
  });
}

async function load(contender: Contender, seconds: number): Promise<LoadResult> {
  const child = fork(self, ['load'], { execArgv: ['--import', 'tsx'] });
  const job: LoadJob = { port: contender.port, requests: contender.requests, connections: CONNECTIONS, seconds };
  child.send(job);
  const result = await new Promise<LoadResult>((resolve) =>
    child.once('message', (message) => resolve(message as LoadResult)),
  );
  child.disconnect();
  return result;
}

/** Resident memory of a process in MiB; where there is no /proc, not a number. */
async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1024;
}

if (process.argv[2] === 'load')
  process.on('message', (job: LoadJob) => void runLoad(job).then((result) => process.send?.(result)));
else await bench(Number(process.argv[2] ?? 5));
