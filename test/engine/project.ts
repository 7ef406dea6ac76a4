import { execFile } from 'node:child_process';
import {
  accessSync,
  constants,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import awsPackage from '@pulumi/aws/package.json' with { type: 'json' };
import { parse, stringify } from 'yaml';
import { openAccount, type TestAccount } from '../deploy/account.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PASSPHRASE = 'correct horse battery staple';

/** The client's own AWS provider is used, not the resource mapping: `npm run test:engine -- --real-provider`. */
export const REAL_PROVIDER = process.env.CHANNELMIX_REAL_PROVIDER === '1';

/** Where the Pulumi CLI is; `undefined` when it is not on PATH. */
export function findPulumi(): string | undefined {
  const names = process.platform === 'win32' ? ['pulumi.exe'] : ['pulumi'];
  const paths = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return paths.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** What a command of the CLI printed, on both streams. */
export interface Ran {
  readonly code: number;
  readonly output: string;
}

/** A stack of a project, with a backend in a folder of its own and a sandbox to deploy to. */
export interface EngineStack {
  readonly account: TestAccount;
  /** Where the project is. */
  readonly project: string;
  /** Writes the config of the project's namespace, all of it. */
  readonly configure: (config: Readonly<Record<string, unknown>>) => void;
  /** Runs `pulumi`; never throws for an exit code. */
  readonly pulumi: (...args: readonly string[]) => Promise<Ran>;
  /** The same with other variables in the environment. */
  readonly pulumiWith: (variables: NodeJS.ProcessEnv, ...args: readonly string[]) => Promise<Ran>;
  /** Runs lines for a shell as a reader would who confirms all that Pulumi asks; `input` is what the reader enters. */
  readonly sh: (lines: string, how: { readonly path: string; readonly input?: string }) => Promise<Ran>;
  /** A path for a file that goes with the stack. */
  readonly scratch: (name: string) => string;
  readonly outputs: () => Promise<Readonly<Record<string, unknown>>>;
  readonly close: () => Promise<void>;
}

/** A copy of what a client clones, ready for `pulumi up`. */
export async function openStack(): Promise<EngineStack> {
  const stack = await openFolder();
  for (const name of ['src', 'stacks', 'policies', 'templates', 'package.json', 'tsconfig.json', 'Pulumi.yaml']) {
    cpSync(join(ROOT, name), join(stack.project, name), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(stack.project, 'node_modules'), 'dir');
  const made = await stack.pulumi('stack', 'init', 'test');
  if (made.code !== 0) throw new Error(`pulumi stack init failed:\n${made.output}`);
  return stack;
}

/** An empty folder for a project, which has to have a stack before it can be configured. */
export async function openFolder(): Promise<EngineStack> {
  const account = await openAccount('eu-west-1');
  const folder = mkdtempSync(join(tmpdir(), 'channelmix-engine-'));
  const project = join(folder, 'project');
  mkdirSync(project);
  const configFile = join(project, 'Pulumi.test.yaml');
  const env = environment(folder, account.target.endpoint);
  const runWith =
    (env: NodeJS.ProcessEnv) =>
    (...args: readonly string[]) =>
      run(findPulumi() ?? 'pulumi', [...args, '--non-interactive', '--color', 'never'], project, env);
  const pulumi = runWith(env);
  return {
    account,
    project,
    configure: (config) => {
      const { encryptionsalt } = readYaml(configFile);
      const namespaced = Object.entries(config).map(([key, value]) => [`channelmix-s3:${key}`, value]);
      const all = { 'aws:region': 'eu-west-1', ...realProviderConfig(), ...Object.fromEntries(namespaced) };
      writeFileSync(configFile, stringify({ ...(encryptionsalt !== undefined && { encryptionsalt }), config: all }));
    },
    pulumi,
    pulumiWith: (variables, ...args) => runWith({ ...env, ...variables })(...args),
    sh: (lines, { path, input }) => {
      const PATH = `${path}${delimiter}${env.PATH}`;
      return run('sh', ['-euc', lines], project, { ...env, PATH, PULUMI_SKIP_CONFIRMATIONS: 'true' }, input);
    },
    scratch: (name) => join(folder, name),
    outputs: async () => {
      const { output } = await pulumi('stack', 'output', '--json', '--show-secrets');
      return JSON.parse(output) as Readonly<Record<string, unknown>>;
    },
    close: async () => {
      await account.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function environment(folder: string, endpoint: string): NodeJS.ProcessEnv {
  const bin = fileURLToPath(new URL('bin', import.meta.url));
  const home = join(folder, 'home');
  const state = join(folder, 'state');
  for (const path of [home, state]) mkdirSync(path, { recursive: true });
  if (!REAL_PROVIDER) {
    // `pulumi new` looks for the provider among the plugins alone, and downloads it when it is not there; what runs is the one on PATH.
    const plugin = join(home, 'plugins', `resource-aws-v${awsPackage.version}`);
    mkdirSync(plugin, { recursive: true });
    symlinkSync(join(bin, 'pulumi-resource-aws'), join(plugin, 'pulumi-resource-aws'));
  }
  return {
    ...process.env,
    // The client's own provider is in the client's own Pulumi home.
    ...(REAL_PROVIDER ? {} : { PATH: `${bin}${delimiter}${process.env.PATH}`, PULUMI_HOME: home }),
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: '111122223333',
    AWS_SECRET_ACCESS_KEY: '111122223333',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}

/** The AWS provider has to be told that the endpoint is not AWS's. */
export function realProviderConfig(): Readonly<Record<string, unknown>> {
  if (!REAL_PROVIDER) return {};
  return {
    'aws:s3UsePathStyle': true,
    'aws:skipCredentialsValidation': true,
    'aws:skipMetadataApiCheck': true,
    'aws:skipRegionValidation': true,
  };
}

function run(file: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv, input?: string): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile(file, [...args], { cwd, env, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : error === null ? 0 : 1;
      resolve({ code, output: args[0] === 'stack' ? stdout || stderr : `${stdout}${stderr}` });
    });
    child.stdin?.end(input);
  });
}

function readYaml(path: string): { readonly encryptionsalt?: string } {
  try {
    return (parse(readFileSync(path, 'utf8')) ?? {}) as { readonly encryptionsalt?: string };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
