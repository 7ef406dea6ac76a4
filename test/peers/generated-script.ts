import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readGrant } from '../../src/documents/read-grant.ts';
import { awsCliScript } from '../../src/generate/aws-cli/index.ts';
import type { AccessLevel } from '../../src/model/grant.ts';
import { collectReport, createVerifyPorts, readVerifyTarget, verify } from '../../src/verify/index.ts';
import { ACCOUNTS } from './localemu.ts';
import type { Peer } from './peers.ts';
import { type Finished, run } from './processes.ts';
import { ASSUME_ANYTHING, asRoot, type Credentials, createUser } from './stage.ts';

/** What a run of a generated script left. */
export interface GeneratedRun extends Finished {
  /** Names of the files that it left in the folder for temporary files. */
  readonly temporary: readonly string[];
  /** The access key that it wrote, as the two fields of the form. */
  readonly key?: Credentials;
}

interface RunOptions {
  readonly args?: readonly string[];
  /** Is told the process id of the script when it begins. */
  readonly onStart?: (pid: () => Promise<number>) => void;
}

/**
 * Runs the script of a grant by `sh`, with the real AWS CLI against a peer, as the root user of the client's account.
 *
 * @param cli folder in which the AWS CLI is `aws`
 */
export async function runGenerated(
  cli: string,
  peer: Peer,
  grant: object,
  { args = ['--account', ACCOUNTS.client], onStart }: RunOptions = {},
): Promise<GeneratedRun> {
  const home = await mkdtemp(join(tmpdir(), 'channelmix-generated-'));
  const at = (name: string) => join(home, name);
  try {
    const isKeyWay = 'auth' in grant && grant.auth === 'key';
    await writeFile(at('grant.sh'), awsCliScript(readGrant(grant, { name: 'the grant' })));
    await writeFile(at('start.sh'), 'echo $$ >pid; mkdir temporary; exec sh grant.sh "$@"\n');
    onStart?.(async () => Number(await readFile(at('pid'), 'utf8')));
    const secret = isKeyWay && !args.includes('--undo') ? ['--secret-file', 'secret'] : [];
    const finished = await run('/bin/sh', ['-c', 'cd "$0" && exec sh start.sh "$@"', home, ...args, ...secret], {
      env: environment(cli, peer, at('temporary')),
      seconds: 240,
    });
    const temporary = await readdir(at('temporary'));
    const key = secret.length === 0 ? undefined : await readKey(at('secret'));
    return { ...finished, temporary, ...(key === undefined ? {} : { key }) };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** So that no profile or key of the machine is ever used. */
export const NO_PROFILE = {
  HOME: '/nonexistent',
  PYTHONDONTWRITEBYTECODE: '1',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_MAX_ATTEMPTS: '1',
  // It takes half of the time that the CLI needs to start.
  BOTO_DISABLE_CRT: 'true',
} as const;

/** The environment of a program that calls `aws` as the root user of the client's account; `cli` is the folder of that program. */
export function environment(cli: string, peer: Peer, temporary: string): Readonly<Record<string, string>> {
  return {
    ...NO_PROFILE,
    PATH: `${cli}:${process.env.PATH ?? ''}`,
    TMPDIR: temporary,
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: peer.endpoint,
    AWS_ACCESS_KEY_ID: ACCOUNTS.client,
    AWS_SECRET_ACCESS_KEY: ACCOUNTS.client,
    ...(peer.certificate === undefined ? {} : { AWS_CA_BUNDLE: peer.certificate }),
  };
}

async function readKey(path: string): Promise<GeneratedRun['key']> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const found = /AWS access key id +(\S+)\nAWS secret access key +(\S+)\n/.exec(text);
  return found === null ? undefined : { accessKeyId: found[1] ?? '', secretAccessKey: found[2] ?? '' };
}

/** What was granted, as `verify` is told. */
interface Granted {
  readonly bucket: string;
  readonly prefixes?: readonly string[];
  readonly access?: AccessLevel;
}

/** What `verify` finds wrong with a role, as who assumes it, or with a key. */
export async function verifyGranted(
  peer: Peer,
  { caller, ...who }: { readonly roleArn: string; readonly caller: Credentials } | { readonly caller: Credentials },
  granted: Granted,
): Promise<readonly string[]> {
  const target = readVerifyTarget({
    ...('roleArn' in who ? who : { accessKeyId: caller.accessKeyId }),
    ...granted,
    otherBucket: undefined,
  });
  const ports = createVerifyPorts({ endpointUrl: peer.endpoint, region: 'us-east-1', credentials: caller });
  const report = await collectReport(verify({ target, ports, waitMs: 0 }));
  return report.checks.filter(({ ok }) => !ok).map(({ id, error }) => `${id}: ${error?.message}`);
}

/** A user of ChannelMix's account, who may assume any role that lets her. */
export async function channelMixUser(peer: Peer): Promise<Credentials> {
  const { iam } = asRoot(peer, ACCOUNTS.channelMix);
  const { credentials } = await createUser(iam, `sync-${randomUUID().slice(0, 8)}`, ASSUME_ANYTHING);
  return credentials;
}
