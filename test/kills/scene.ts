import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AwsCredentials } from '../../src/aws/index.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../../src/model/constants.ts';
import type { AccessLevel } from '../../src/model/grant.ts';
import type { SweepReport } from '../../src/model/sweep.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { createVerifyPorts, sweep } from '../../src/verify/index.ts';
import { CLIENT_ACCOUNT, createBucket, createLockedBucket, createRole, rootClients } from '../verify/setup.ts';
import { type KillProxy, startProxy } from './proxy.ts';

/** Kinds of grants, each with something else that can be left. */
export const KINDS = {
  plain: { access: 'minimal' },
  multipart: { access: 'extended' },
  versioned: { access: 'full', versioning: 'Enabled' },
  suspended: { access: 'full', versioning: 'Suspended' },
  locked: { access: 'extended', locked: true, code: 3 },
  client: { access: 'minimal', client: true },
} as const satisfies Readonly<Record<string, KindSetup>>;

interface KindSetup {
  readonly access: AccessLevel;
  readonly versioning?: 'Enabled' | 'Suspended';
  /** Object Lock would keep what is put for a month: a run puts nothing, and cannot say all. */
  readonly locked?: boolean;
  readonly client?: boolean;
  /** Exit code of a run that nothing happens to; 0 by default. */
  readonly code?: number;
}
export type Kind = keyof typeof KINDS;

const bucket = 'killed';
/** A run that has not ended by then hangs. */
const HANGS_MS = 60_000;

/** Stands on stderr when no signal came before the report was printed, and with it the exit code decided. */
export const TOO_LATE = 'no signal came before the report';
/** Watches when the command prints; the command's own handlers get each signal all the same. */
const WATCH = importing(
  `let printed = false; let met = false; const { on } = process; const { write } = process.stdout; process.stdout.write = (...all) => { printed = true; return write.apply(process.stdout, all); }; process.on('exit', () => met || process.stderr.write('${TOO_LATE}\\n')); process.on = (name, act) => on.call(process, name, !/^SIG(INT|TERM|HUP)$/.test(name) ? act : (...all) => { met ||= !printed; return act(...all); });`,
);

/** The environment of a process that runs this code before its own. */
export function importing(code: string): { readonly NODE_OPTIONS: string } {
  return { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(code)}` };
}

/** How a process of the command ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
  readonly ms: number;
}

/** What is special about a process. */
export interface ProcessChange {
  readonly env?: Readonly<Record<string, string>>;
  /** A command of bash that runs before it, in the same process. */
  readonly before?: string;
}

/** A process of the command. */
export interface RunningVerify {
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Nobody reads what it writes any more. */
  readonly hangUp: () => void;
  /** What it wrote to stderr so far. */
  readonly stderr: () => string;
  readonly ended: Promise<Ended>;
}

/** A grant in a sandbox behind a proxy, whose verify is run as a process. */
export interface KillScene {
  /** Exit code of a run that nothing happens to. */
  readonly code: number;
  readonly proxy: KillProxy;
  readonly snapshot: () => unknown;
  /** Names of files in the folder of the journals. */
  readonly journals: () => Promise<readonly string[]>;
  /** Where they lie. */
  readonly state: string;
  /** Starts `verify`; `kill` sends it a signal. */
  readonly start: (change?: ProcessChange) => RunningVerify;
  readonly sweep: () => Promise<SweepReport | undefined>;
  readonly close: () => Promise<void>;
}

/** Makes a scene of a kind. */
export async function createKillScene(kind: Kind): Promise<KillScene> {
  const setup: KindSetup = KINDS[kind];
  const sandbox = await startSandbox();
  const proxy = await startProxy(sandbox.endpoint);
  const state = await mkdtemp(join(tmpdir(), 'kills-'));
  if (setup.locked === true) await createLockedBucket(sandbox.endpoint, bucket);
  else await createBucket(sandbox.endpoint, bucket);
  if (setup.versioning !== undefined) {
    const s3 = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();
    await s3.putBucketVersioning({ Bucket: bucket, VersioningConfiguration: { Status: setup.versioning } });
  }
  const roleArn = await createRole(sandbox.endpoint, { name: 'killed', bucket, access: setup.access });
  const credentials =
    setup.client === true
      ? await createAdmin(sandbox)
      : { accessKeyId: CHANNELMIX_ACCOUNT_ID, secretAccessKey: CHANNELMIX_ACCOUNT_ID };
  const flags = ['--role-arn', roleArn, '--bucket', bucket, '--access', setup.access, '--wait', '0'];
  const way = setup.client === true ? ['--as', 'client', '--yes'] : ['--as', 'channelmix'];
  const argv = ['verify', ...flags, ...way, '--endpoint-url', proxy.endpoint];
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: state,
    CHANNELMIX_S3_STATE_DIR: state,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...WATCH,
  };
  return {
    code: setup.code ?? 0,
    proxy,
    state,
    snapshot: () => sandbox.snapshot(),
    journals: () => readdir(join(state, 'runs')).catch(() => []),
    start: (change = {}) => startProcess(argv, { ...env, ...change.env }, change.before),
    sweep: () =>
      sweep({
        dryRun: false,
        stateDirectory: state,
        connect: () => createVerifyPorts({ endpointUrl: proxy.endpoint, region: 'us-east-1', credentials }),
        confirm: async () => true,
        signal: new AbortController().signal,
      }),
    close: async () => {
      await proxy.close();
      await sandbox.close();
      await rm(state, { recursive: true, force: true });
    },
  };
}

/** A user of the client's account who may do everything. */
async function createAdmin({ endpoint }: Sandbox): Promise<AwsCredentials> {
  const iam = await rootClients(endpoint, CLIENT_ACCOUNT).iam();
  await iam.createUser({ UserName: 'ann' });
  await iam.attachUserPolicy({ UserName: 'ann', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' });
  const { AccessKey } = await iam.createAccessKey({ UserName: 'ann' });
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}

/** A process of the command as it ships. */
export function startProcess(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  before: string | undefined,
): RunningVerify {
  const began = performance.now();
  const command = [process.execPath, process.env.KILLED_CLI ?? '', ...argv];
  const [file = '', ...rest] = before === undefined ? command : ['bash', '-c', `${before}; exec "$0" "$@"`, ...command];
  const child = spawn(file, rest, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stdout.resume();
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  const hangs = setTimeout(() => child.kill('SIGKILL'), HANGS_MS);
  const ended = new Promise<Ended>((resolve) => {
    child.on('exit', (code, signal) => {
      clearTimeout(hangs);
      resolve({ code, signal, stderr, ms: performance.now() - began });
    });
  });
  return {
    kill: (signal) => void child.kill(signal),
    hangUp: () => {
      child.stdout.destroy();
      child.stderr.destroy();
    },
    stderr: () => stderr,
    ended,
  };
}
