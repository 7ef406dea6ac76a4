import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, type AssumeRoleCommandInput, STSClient } from '@aws-sdk/client-sts';
import type { Sandbox } from '../../src/sandbox/index.ts';

export const CLIENT = '111122223333';
export const CHANNELMIX = '031871504755';

/** Credentials of a client under test. */
export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export function rootKeys(account: string): Keys {
  return { accessKeyId: account, secretAccessKey: account };
}

function settings(sandbox: Pick<Sandbox, 'endpoint'>, keys: Keys) {
  return {
    region: 'us-east-1',
    endpoint: sandbox.endpoint,
    credentials: keys,
    maxAttempts: 1,
  };
}

export function iamOf(sandbox: Pick<Sandbox, 'endpoint'>, keys: Keys): IAMClient {
  return new IAMClient(settings(sandbox, keys));
}

export function stsOf(sandbox: Pick<Sandbox, 'endpoint'>, keys: Keys): STSClient {
  return new STSClient(settings(sandbox, keys));
}

export function s3Of(sandbox: Pick<Sandbox, 'endpoint'>, keys: Keys): S3Client {
  return new S3Client({ ...settings(sandbox, keys), forcePathStyle: true });
}

export function kmsOf(sandbox: Pick<Sandbox, 'endpoint'>, keys: Keys, region = 'us-east-1'): KMSClient {
  return new KMSClient({ ...settings(sandbox, keys), region });
}

/** Makes a key by these clients. */
export async function newKey(
  kms: KMSClient,
  more: object = {},
): Promise<{ readonly id: string; readonly arn: string }> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand(more));
  return { id: KeyMetadata?.KeyId ?? '', arn: KeyMetadata?.Arn ?? '' };
}

/** The default policy of keys of the client, and these statements. */
export function keyPolicy(...statements: readonly object[]): string {
  return policy({ ...allow('kms:*', '*'), Principal: { AWS: `arn:aws:iam::${CLIENT}:root` } }, ...statements);
}

/** Assumes a role; gives the keys of the session. */
export async function assume(
  sandbox: Pick<Sandbox, 'endpoint'>,
  keys: Keys,
  role: string,
  more: Partial<AssumeRoleCommandInput> = {},
): Promise<Keys> {
  const RoleArn = role.startsWith('arn:') ? role : `arn:aws:iam::${CLIENT}:role/${role}`;
  const answer = await stsOf(sandbox, keys).send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: 'channelmix', ...more }),
  );
  return {
    accessKeyId: answer.Credentials?.AccessKeyId ?? '',
    secretAccessKey: answer.Credentials?.SecretAccessKey ?? '',
    sessionToken: answer.Credentials?.SessionToken ?? '',
  };
}

export function policy(...statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

export function allow(
  action: string | readonly string[],
  resource: string | readonly string[] = '*',
  more: object = {},
): object {
  return { Effect: 'Allow', Action: action, Resource: resource, ...more };
}

export function trust(principal: string | readonly string[], more: object = {}): string {
  return policy({ Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole', ...more });
}

/** The code, status and message of the error that a call ends with. Fails when it succeeds. */
export async function failure(
  call: Promise<unknown>,
): Promise<{ readonly code: string; readonly status: number | undefined; readonly message: string }> {
  try {
    await call;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return { code: name, status: $metadata?.httpStatusCode, message };
  }
  throw new Error('the call was expected to fail, and succeeded');
}

/** A session, by ChannelMix, of a new role of the client with these statements. */
export async function roleWith(
  sandbox: Pick<Sandbox, 'endpoint'>,
  name: string,
  ...statements: readonly object[]
): Promise<Keys> {
  const iam = iamOf(sandbox, rootKeys(CLIENT));
  await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust(CHANNELMIX) }));
  if (statements.length > 0) {
    const PolicyDocument = policy(...statements);
    await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'p', PolicyDocument }));
  }
  return assume(sandbox, rootKeys(CHANNELMIX), name);
}
