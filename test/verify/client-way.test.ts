import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AwsCredentials } from '../../src/aws/index.ts';
import { createAwsClients } from '../../src/aws/index.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../../src/model/constants.ts';
import { bucket, checkOf, type Scene, trustText, verifyAsClient, withScene } from './client-scene.ts';
import { CLIENT_ACCOUNT, rootClients } from './helpers.ts';

test.concurrent('a healthy grant is tried with own credentials, and the trust policy is what it was, byte for byte', () =>
  withScene(async (scene) => {
    const before = await trustText(scene);
    const snapshot = scene.sandbox.snapshot();
    const report = await verifyAsClient(scene);
    expect(report.checks.filter(({ ok, required }) => !ok && required !== false)).toEqual([]);
    expect(report).toMatchObject({ mode: 'client', ok: true, cleanup: { left: [] } });
    expect(checkOf(report, 'put-object')).toMatchObject({ result: 'allow' });
    expect(report.notes.join('\n')).toContain(
      'let arn:aws:iam::111122223333:user/staff/ann in for the time of the run',
    );
    expect(await trustText(scene)).toBe(before);
    expect(scene.sandbox.snapshot()).toEqual(snapshot);
    expect(await readdir(join(scene.state, 'runs'))).toEqual([]);
  }));

test.concurrent('a trust policy that demands an external ID is told, though the caller gets in', () =>
  withScene(
    async (scene) => {
      const report = await verifyAsClient(scene);
      expect(checkOf(report, 'assume-role')).toMatchObject({
        result: 'deny',
        ok: false,
        diagnosis: { layer: 'trust' },
      });
      expect(checkOf(report, 'put-object')).toMatchObject({ result: 'allow', ok: true });
      expect(report.cleanup.left).toEqual([]);
    },
    {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${CHANNELMIX_ACCOUNT_ID}:root` },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'sts:ExternalId': 'x' } },
      },
    },
  ));

/** A session of a role with a path, as single sign-on gives. */
async function sessionOf(
  { sandbox, admin }: Scene,
  RoleName: string,
  Path: string,
  RoleArn?: string,
): Promise<AwsCredentials> {
  const iam = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).iam();
  let arn = RoleArn;
  if (arn === undefined) {
    const trust = {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${CLIENT_ACCOUNT}:root` },
        Action: 'sts:AssumeRole',
      },
    };
    const { Role } = await iam.createRole({ RoleName, Path, AssumeRolePolicyDocument: JSON.stringify(trust) });
    await iam.attachRolePolicy({ RoleName, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' });
    arn = Role?.Arn;
  }
  const sts = await createAwsClients({ endpointUrl: sandbox.endpoint, region: 'us-east-1', credentials: admin }).sts();
  const { Credentials } = await sts.assumeRole({ RoleArn: arn, RoleSessionName: 'ann@example.com' });
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
}

test.concurrent('a session of another role is let in by the role behind it, with its path', () =>
  withScene(async (scene) => {
    const before = await trustText(scene);
    const session = await sessionOf(
      scene,
      'AWSReservedSSO_Admin_0123456789abcdef',
      '/aws-reserved/sso.amazonaws.com/eu-west-1/',
    );
    const report = await verifyAsClient(scene, {}, session);
    expect(checkOf(report, 'put-object')).toMatchObject({ result: 'allow' });
    expect(report.notes.join('\n')).toContain(
      'role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_0123456789abcdef',
    );
    expect(await trustText(scene)).toBe(before);
  }));

test.concurrent('credentials that are a session of the role itself are used as they are', () =>
  withScene(
    async (scene) => {
      const before = await trustText(scene);
      const session = await sessionOf(scene, '', '', scene.roleArn);
      const report = await verifyAsClient(scene, {}, session);
      expect(report.notes.join('\n')).toContain('a session of the role already');
      expect(checkOf(report, 'put-object')).toMatchObject({ result: 'allow' });
      // Such a session may not read the role: nobody knows whether ChannelMix is let in.
      expect(checkOf(report, 'assume-role')).toMatchObject({ result: 'error' });
      expect(await trustText(scene)).toBe(before);
    },
    {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${CLIENT_ACCOUNT}:root` },
        Action: 'sts:AssumeRole',
      },
    },
  ));

test.concurrent.each([
  ['the root user', CLIENT_ACCOUNT, 'root user'],
  ['ChannelMix', CHANNELMIX_ACCOUNT_ID, "ChannelMix's credentials"],
])('%s is refused in words, and nothing is changed', (_name, account, words) =>
  withScene(async (scene) => {
    const before = scene.sandbox.snapshot();
    const credentials = { accessKeyId: account, secretAccessKey: account };
    await expect(verifyAsClient(scene, {}, credentials)).rejects.toMatchObject({
      code: 'credentials',
      message: expect.stringContaining(words),
    });
    expect(scene.sandbox.snapshot()).toEqual(before);
  }),
);

test.concurrent.each([
  ['the versions of its objects, in a bucket with versions', 'Enabled', unchanged],
  ['its object, where the role lacks s3:DeleteObject', undefined, withoutDelete],
] as const)('own credentials remove what the role may not: %s', (_name, Status, change) =>
  withScene(async (scene) => {
    const s3 = await rootClients(scene.sandbox.endpoint, CLIENT_ACCOUNT).s3();
    if (Status !== undefined) await s3.putBucketVersioning({ Bucket: bucket, VersioningConfiguration: { Status } });
    await change(scene);
    const report = await verifyAsClient(scene);
    expect(report.cleanup.left).toEqual([]);
    const { Versions = [], DeleteMarkers = [] } = await s3.listObjectVersions({ Bucket: bucket });
    expect([...Versions, ...DeleteMarkers]).toEqual([]);
  }),
);

async function unchanged(): Promise<void> {
  // The role is as the kit makes it: minimal access may not remove versions.
}

async function withoutDelete({ sandbox, roleArn }: Scene): Promise<void> {
  const iam = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).iam();
  const RoleName = roleArn.split('/').at(-1);
  const { PolicyNames = [] } = await iam.listRolePolicies({ RoleName });
  const { PolicyDocument: text } = await iam.getRolePolicy({ RoleName, PolicyName: PolicyNames[0] });
  const PolicyDocument = decodeURIComponent(text ?? '').replace(/,"s3:DeleteObject"|"s3:DeleteObject",/, '');
  expect(PolicyDocument).not.toContain('s3:DeleteObject"');
  await iam.putRolePolicy({ RoleName, PolicyName: PolicyNames[0], PolicyDocument });
}

test.concurrent('own credentials read the policy of the key that the bucket encrypts with, and name its statement', () =>
  withScene(async (scene) => {
    const clients = rootClients(scene.sandbox.endpoint, CLIENT_ACCOUNT);
    const [kms, s3] = await Promise.all([clients.kms(), clients.s3()]);
    const root = { AWS: `arn:aws:iam::${CLIENT_ACCOUNT}:root` };
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: root, Action: 'kms:*', Resource: '*' },
        {
          Sid: 'OnlyOurs',
          Effect: 'Deny',
          Principal: '*',
          Action: 'kms:GenerateDataKey',
          Resource: '*',
          Condition: { ArnNotLike: { 'aws:PrincipalArn': `arn:aws:iam::${CLIENT_ACCOUNT}:role/ours-*` } },
        },
      ],
    });
    const { KeyMetadata } = await kms.createKey({ Policy });
    const byDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KeyMetadata?.Arn } as const;
    await s3.putBucketEncryption({
      Bucket: bucket,
      ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: byDefault }] },
    });
    expect(checkOf(await verifyAsClient(scene), 'put-object')).toMatchObject({
      result: 'deny',
      diagnosis: {
        layer: 'kms',
        evidence: 'aws',
        source: 'answer+documents',
        statement: { index: 1, sid: 'OnlyOurs' },
        pointer: '/Statement/1',
        remedy: { edited: { Sid: 'OnlyOurs' } },
      },
    });
  }));

test.concurrent('own credentials read how long Object Lock would keep what is put, and nothing is put', () =>
  withScene(async (scene) => {
    const s3 = await rootClients(scene.sandbox.endpoint, CLIENT_ACCOUNT).s3();
    await s3.putBucketVersioning({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } });
    await s3.putObjectLockConfiguration({
      Bucket: bucket,
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Years: 1 } },
      },
    });
    const report = await verifyAsClient(scene);
    expect(checkOf(report, 'put-object')).toMatchObject({
      result: 'skipped',
      note: expect.stringContaining('Object Lock would keep it for 1 year'),
    });
    expect(report.notes.join()).toContain('1 year (COMPLIANCE)');
    expect(report.cleanup).toMatchObject({ left: [] });
  }));
