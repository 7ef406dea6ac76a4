import { describe, expect, test } from 'vitest';
import { CHANNELMIX_ACCOUNT_ID } from '../../src/model/constants.ts';
import { createVerifyPorts, type VerifyPorts, verifyExitCode } from '../../src/verify/index.ts';
import {
  CLIENT_ACCOUNT,
  channelMixPorts,
  createBucket,
  createRole,
  leavesNothing,
  policyFor,
  results,
  rootClients,
  verifyRole,
} from './helpers.ts';
import { checkOf, createProbeStage, OTHER_ACCOUNT } from './probe-stage.ts';

const { sandbox, newName, grant } = createProbeStage();

describe('assume-role-12h', () => {
  test('is allowed where the role gives such sessions', async () => {
    const flags = await grant();
    const iam = await rootClients(sandbox().endpoint, CLIENT_ACCOUNT).iam();
    await iam.updateRole({ RoleName: flags.bucket, MaxSessionDuration: 43_200 });
    expect(checkOf(await verifyRole(sandbox().endpoint, flags), 'assume-role-12h')).toMatchObject({
      result: 'allow',
      ok: true,
    });
  });

  test('is information and no failure where it does not', async () => {
    const report = await verifyRole(sandbox().endpoint, await grant());
    expect(verifyExitCode(report)).toBe(0);
    expect(checkOf(report, 'assume-role-12h')).toMatchObject({
      result: 'deny',
      ok: true,
      required: false,
      note: expect.stringContaining('MaxSessionDuration'),
    });
    expect(report.notes.join()).toContain('sessions of 12 h are not given');
  });

  test('blames role chaining, and not the role, where the caller is a session itself', async () => {
    const flags = await grant();
    const iam = await rootClients(sandbox().endpoint, CHANNELMIX_ACCOUNT_ID).iam();
    const document = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    const role = await iam.createRole({
      RoleName: 'worker',
      AssumeRolePolicyDocument: document({
        Effect: 'Allow',
        Principal: { AWS: CHANNELMIX_ACCOUNT_ID },
        Action: 'sts:AssumeRole',
      }),
    });
    await iam.putRolePolicy({
      RoleName: 'worker',
      PolicyName: 'assume',
      PolicyDocument: document({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }),
    });
    const sts = await rootClients(sandbox().endpoint, CHANNELMIX_ACCOUNT_ID).sts();
    const session = await sts.assumeRole({ RoleArn: role.Role?.Arn, RoleSessionName: 'worker' });
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = session.Credentials ?? {};
    const ports = createVerifyPorts({
      endpointUrl: sandbox().endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
    });
    const report = await verifyRole(sandbox().endpoint, flags, { ports });
    expect(report.ok).toBe(true);
    expect(checkOf(report, 'assume-role-default')?.result).toBe('allow');
    expect(checkOf(report, 'assume-role-12h')).toMatchObject({
      result: 'deny',
      note: expect.stringContaining('role chaining'),
    });
  });
});

test('assume-role-default fails by itself when STS does not answer it', async () => {
  const flags = await grant();
  const stop = sandbox().faults.add('error=503,sts:AssumeRole,at=2,times=20');
  const report = await leavesNothing(sandbox(), () => verifyRole(sandbox().endpoint, flags));
  stop();
  expect(results(report)).toMatchObject({
    'assume-role': 'allow',
    'assume-role-default': 'error',
    'put-object': 'allow',
  });
  expect(verifyExitCode(report)).toBe(3);
});

test('the sessions that are only asked for can do nothing', async () => {
  const flags = await grant();
  const sessions: { accessKeyId: string; secretAccessKey: string; sessionToken: string }[] = [];
  const ports = channelMixPorts(sandbox().endpoint);
  const watched: VerifyPorts = {
    ...ports,
    clients: (overrides) => {
      const set = ports.clients(overrides);
      return {
        ...set,
        sts: async () => {
          const sts = await set.sts();
          sts.middlewareStack.add(
            (next) => async (args) => {
              const answer = await next(args);
              const { Credentials } = answer.output as { Credentials?: Record<string, string> };
              const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
              if (Credentials !== undefined)
                sessions.push({
                  accessKeyId: AccessKeyId,
                  secretAccessKey: SecretAccessKey,
                  sessionToken: SessionToken,
                });
              return answer;
            },
            { step: 'initialize', name: 'watch', override: true },
          );
          return sts;
        },
      };
    },
  };
  await verifyRole(sandbox().endpoint, flags, { ports: watched });
  const open = await Promise.all(
    sessions.map(async (credentials) => {
      const s3 = await createVerifyPorts({ endpointUrl: sandbox().endpoint, region: 'us-east-1', credentials })
        .clients()
        .s3();
      return s3.listObjectsV2({ Bucket: flags.bucket }).then(
        () => true,
        () => false,
      );
    }),
  );
  // The role gives no session of 12 h: two were handed out, and the probes' one alone can do something.
  expect(open.sort()).toEqual([false, true]);
});

describe('--careful', () => {
  test('puts nothing where it could not be deleted, in a bucket with versions, too, and says who refuses', async () => {
    const bucket = newName();
    await createBucket(sandbox().endpoint, bucket);
    const s3 = await rootClients(sandbox().endpoint, CLIENT_ACCOUNT).s3();
    await s3.putBucketVersioning({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } });
    const text = JSON.stringify(policyFor({ name: '', bucket }))
      .replace(/"s3:DeleteObject",?/, '')
      .replace(',]', ']');
    const roleArn = await createRole(sandbox().endpoint, { name: bucket, bucket, policy: JSON.parse(text) });
    const flags = { roleArn, bucket, careful: true };
    const report = await leavesNothing(sandbox(), () => verifyRole(sandbox().endpoint, flags));
    expect(results(report)).toMatchObject({
      'put-object': 'skipped',
      'special-keys': 'skipped',
      'delete-object': 'deny',
      'get-object': 'allow',
    });
    expect(checkOf(report, 'delete-object')?.diagnosis).toMatchObject({ layer: 'identity', evidence: 'aws' });
    expect(report.cleanup).toMatchObject({ created: 0, left: [] });
    expect(verifyExitCode(report)).toBe(1);
  });

  test('changes nothing for a right grant', async () => {
    const flags = { ...(await grant()), careful: true };
    const report = await leavesNothing(sandbox(), () => verifyRole(sandbox().endpoint, flags));
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(results(report)['delete-object']).toBe('allow');
  });
});

describe('what must be refused', () => {
  test.each([['s3:GetBucketAcl'], ['s3:GetLifecycleConfiguration'], ['s3:GetBucketPolicy']])(
    '%s is found when it is granted',
    async (action) => {
      const flags = await grant();
      const iam = await rootClients(sandbox().endpoint, CLIENT_ACCOUNT).iam();
      const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] };
      await iam.putRolePolicy({ RoleName: flags.bucket, PolicyName: 'more', PolicyDocument: JSON.stringify(document) });
      const report = await leavesNothing(sandbox(), () => verifyRole(sandbox().endpoint, flags));
      expect(report.checks.filter(({ ok }) => !ok).map(({ id }) => id)).toEqual([`denied:${action}`]);
      expect(verifyExitCode(report)).toBe(1);
    },
  );

  test.each([
    ['in a bucket without versions', undefined],
    ['in one with versions', 'Enabled'],
  ] as const)(
    'writing and deleting beside the folder are found when granted, and do nothing, %s',
    async (_name, Status) => {
      const flags = await grant({ access: 'full' });
      if (Status !== undefined) {
        const s3 = await rootClients(sandbox().endpoint, CLIENT_ACCOUNT).s3();
        await s3.putBucketVersioning({ Bucket: flags.bucket, VersioningConfiguration: { Status } });
      }
      const report = await leavesNothing(sandbox(), () =>
        verifyRole(sandbox().endpoint, { ...flags, prefixes: ['Client123/'] }),
      );
      expect(results(report)).toMatchObject({
        'denied:s3:ListBucket': 'allow',
        'denied:s3:GetObject': 'allow',
        'denied:s3:PutObject': 'allow',
        'denied:s3:DeleteObject': 'allow',
      });
    },
  );

  test('writing and reading in another bucket are found when they are granted', async () => {
    const flags = await grant({ bucket: '*' });
    await createBucket(sandbox().endpoint, `${flags.bucket}-other`);
    const report = await leavesNothing(sandbox(), () =>
      verifyRole(sandbox().endpoint, { ...flags, otherBucket: `${flags.bucket}-other` }),
    );
    const wide = report.checks.filter(({ ok }) => !ok);
    expect(wide.map(({ action }) => action)).toEqual([
      's3:ListBucket',
      's3:GetObject',
      's3:PutObject',
      's3:DeleteObject',
    ]);
    expect(wide.every(({ resource }) => resource.includes('-other'))).toBe(true);
  });
});

describe('a third account', () => {
  const third = (account: string) => rootClients(sandbox().endpoint, account);

  test('is refused by a right trust policy', async () => {
    const flags = { ...(await grant()), thirdParty: true };
    const report = await verifyRole(sandbox().endpoint, flags, { thirdParty: third(OTHER_ACCOUNT) });
    expect(report.ok).toBe(true);
    expect(checkOf(report, 'denied:sts:AssumeRole')).toMatchObject({
      result: 'deny',
      note: expect.stringContaining(OTHER_ACCOUNT),
    });
  });

  test('that can assume the role is found', async () => {
    const trust = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' } as const;
    const flags = { ...(await grant({ trust: { Version: '2012-10-17', Statement: [trust] } })), thirdParty: true };
    const report = await verifyRole(sandbox().endpoint, flags, { thirdParty: third(OTHER_ACCOUNT) });
    expect(checkOf(report, 'denied:sts:AssumeRole')).toMatchObject({ result: 'allow', ok: false });
    expect(verifyExitCode(report)).toBe(1);
  });

  test.each([CLIENT_ACCOUNT, CHANNELMIX_ACCOUNT_ID])('is not one where its credentials are of %s', async (account) => {
    const flags = { ...(await grant()), thirdParty: true };
    const report = await verifyRole(sandbox().endpoint, flags, { thirdParty: third(account) });
    expect(checkOf(report, 'denied:sts:AssumeRole')).toMatchObject({
      result: 'skipped',
      note: expect.stringContaining('no third account'),
    });
  });
});
