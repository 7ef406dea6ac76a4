import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3 } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../helpers.ts';
import { ACCOUNTS } from './localemu.ts';
import { judges, localemuPeer } from './peers.ts';
import { asRoot, policyDocument } from './stage.ts';

const prepared = judges();
const saved = { ...process.env };

describe.skipIf(prepared === null)('a rotation at LocalEmu', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'channelmix-rotate-'));
    const { client } = ACCOUNTS;
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: client, AWS_SECRET_ACCESS_KEY: client, AWS_REGION: 'us-east-1' });
  });
  afterAll(async () => {
    process.env = saved;
    await rm(folder, { recursive: true, force: true });
  });

  test('makes a key that works, takes the old one away and brings it back, and deletes it in the end', async () => {
    if (prepared === null) return;
    const peer = localemuPeer(prepared);
    const { iam, s3 } = asRoot(peer, ACCOUNTS.client);
    const name = `channelmix_rotate_${randomUUID().slice(0, 8)}`;
    const bucket = name.replaceAll('_', '-');
    await s3.createBucket({ Bucket: bucket });
    await iam.createUser({ UserName: name });
    await iam.putUserPolicy({
      UserName: name,
      PolicyName: 'channelmix',
      PolicyDocument: policyDocument(
        { Effect: 'Allow', Action: 's3:ListBucket', Resource: `arn:aws:s3:::${bucket}` },
        {
          Effect: 'Allow',
          Action: ['s3:PutObject', 's3:GetObject', 's3:DeleteObject'],
          Resource: `arn:aws:s3:::${bucket}/*`,
        },
      ),
    });
    const { AccessKey: old } = await iam.createAccessKey({ UserName: name });
    const rotate = (...flags: readonly string[]) =>
      runCli(['rotate', '--user', name, '--endpoint-url', peer.endpoint, ...flags]);
    const list = (accessKeyId = '', secretAccessKey = '') =>
      new S3({
        endpoint: peer.endpoint,
        region: 'us-east-1',
        forcePathStyle: true,
        credentials: { accessKeyId, secretAccessKey },
      }).listObjectsV2({ Bucket: bucket });
    const listWithOld = () => list(old?.AccessKeyId, old?.SecretAccessKey);

    const file = join(folder, 'key.txt');
    const created = await rotate('--step', 'create', '--bucket', bucket, '--secret-file', file);
    expect(created.code, created.stdout + created.stderr).toBe(0);
    const [, id, secret] = /key id +(\S+)\nAWS secret access key +(\S+)/.exec(await readFile(file, 'utf8')) ?? [];
    expect(created.stdout + created.stderr).not.toContain(secret);
    await list(id, secret);
    await listWithOld();

    const early = await rotate();
    expect(early.code, early.stdout + early.stderr).toBe(1);
    const forced = await rotate('--step', 'deactivate', '--force');
    expect(forced.code, forced.stdout + forced.stderr).toBe(0);
    await expect(listWithOld()).rejects.toThrow();
    await list(id, secret);

    expect((await rotate('--undo')).code).toBe(0);
    await listWithOld();
    await rotate('--step', 'deactivate', '--force');
    const yes = ['--yes', old?.AccessKeyId ?? ''];
    expect((await rotate('--delete', ...yes)).code).toBe(1);
    const deleted = await rotate('--delete', ...yes, '--quiet-for-delete', '0s');
    expect(deleted.code, deleted.stdout + deleted.stderr).toBe(0);
    const { AccessKeyMetadata = [] } = await iam.listAccessKeys({ UserName: name });
    expect(AccessKeyMetadata.map(({ AccessKeyId }) => AccessKeyId)).toEqual([id]);
    await list(id, secret);
  });
});
