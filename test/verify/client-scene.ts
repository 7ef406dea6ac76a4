import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { AwsCredentials } from '../../src/aws/index.ts';
import type { VerifyReport } from '../../src/model/check.ts';
import type { PolicyDocument } from '../../src/model/policy.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import {
  collectReport,
  createVerifyPorts,
  planClientWay,
  readVerifyTarget,
  type VerifyOptions,
  verify,
} from '../../src/verify/index.ts';
import { CLIENT_ACCOUNT, createBucket, createRole, rootClients } from './helpers.ts';

/** The bucket of the grant. */
export const bucket = 'clients-own';

/** Where the client tries the role. */
export interface Scene {
  readonly sandbox: Sandbox;
  readonly roleArn: string;
  readonly admin: AwsCredentials;
  readonly state: string;
}

/** A grant, and an administrator of the client's account who is a user. */
export async function withScene(act: (scene: Scene) => Promise<void>, trust?: PolicyDocument): Promise<void> {
  const sandbox = await startSandbox();
  const state = await mkdtemp(join(tmpdir(), 'client-'));
  try {
    await createBucket(sandbox.endpoint, bucket);
    const roleArn = await createRole(sandbox.endpoint, {
      name: 'good',
      bucket,
      path: '/vendors/',
      ...(trust === undefined ? {} : { trust }),
    });
    await act({ sandbox, roleArn, state, admin: await createAdmin(sandbox.endpoint, 'ann') });
    expect(sandbox.bugs()).toEqual([]);
  } finally {
    await sandbox.close();
    await rm(state, { recursive: true });
  }
}

/** An administrator of the client’s account. */
export async function createAdmin(endpoint: string, UserName: string): Promise<AwsCredentials> {
  const iam = await rootClients(endpoint, CLIENT_ACCOUNT).iam();
  await iam.createUser({ UserName, Path: '/staff/' });
  await iam.attachUserPolicy({ UserName, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' });
  const { AccessKey } = await iam.createAccessKey({ UserName });
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}

/** Ports with these credentials. */
export function portsOf({ sandbox }: Scene, credentials: AwsCredentials) {
  return createVerifyPorts({ endpointUrl: sandbox.endpoint, region: 'us-east-1', credentials });
}

/** A run with the client’s own credentials, as it is planned. */
export async function clientRun(scene: Scene, options: Partial<VerifyOptions> = {}, credentials = scene.admin) {
  const target = readVerifyTarget({ roleArn: scene.roleArn, bucket });
  const real = options.ports ?? portsOf(scene, credentials);
  // The sandbox has no other editors unless a test brings them: no need to look again after a second.
  const ports = { ...real, sleep: (ms: number, signal: AbortSignal) => real.sleep(Math.min(ms, 60), signal) };
  const client = await planClientWay(target, ports, new AbortController().signal).catch((error: unknown) => {
    ports.close();
    throw error;
  });
  return verify({ waitMs: 0, client, state: { directory: scene.state }, ...options, target, ports });
}

/** The same, run to its end. */
export async function verifyAsClient(
  scene: Scene,
  options: Partial<VerifyOptions> = {},
  credentials = scene.admin,
): Promise<VerifyReport> {
  return collectReport(await clientRun(scene, options, credentials));
}

/** The trust policy as IAM has it. */
export async function trustText({ sandbox, roleArn }: Scene): Promise<string> {
  const iam = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).iam();
  const { Role } = await iam.getRole({ RoleName: roleArn.split('/').at(-1) });
  return decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '');
}

/** A check of a report. */
export const checkOf = (report: VerifyReport, id: string) => report.checks.find((check) => check.id === id);
