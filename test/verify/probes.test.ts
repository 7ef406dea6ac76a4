import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { S3 } from '../../src/aws/index.ts';
import type { VerifyReport } from '../../src/model/check.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../../src/model/constants.ts';
import type { PolicyStatement } from '../../src/model/policy.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { createVerifyPorts, type VerifyPorts, verifyExitCode } from '../../src/verify/index.ts';
import {
  CLIENT_ACCOUNT,
  channelMixPorts,
  createBucket,
  createRole,
  type GrantSetup,
  leavesNothing,
  policyFor,
  results,
  rootClients,
  verifyRole,
} from './helpers.ts';

const OTHER_ACCOUNT = '444455556666';
let sandbox: Sandbox;
let count = 0;
beforeAll(async () => {
  sandbox = await startSandbox({ accounts: [CLIENT_ACCOUNT, CHANNELMIX_ACCOUNT_ID, OTHER_ACCOUNT] });
});
afterAll(() => sandbox.close());

/** A new bucket and role for ChannelMix, with what the test makes of them. */
async function grant(setup: Partial<GrantSetup> = {}) {
  const bucket = `probe-${++count}`;
  await createBucket(sandbox.endpoint, bucket);
  const roleArn = await createRole(sandbox.endpoint, { name: bucket, bucket, ...setup });
  return { roleArn, bucket };
}

async function denyInBucket(bucket: string, statement: Partial<PolicyStatement>): Promise<void> {
  const s3 = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();
  const deny = { Effect: 'Deny', Principal: '*', ...statement };
  await s3.putBucketPolicy({ Bucket: bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement: [deny] }) });
}

function checkOf(report: VerifyReport, id: string) {
  return report.checks.find((check) => check.id === id);
}

type Middleware = (
  input: Record<string, unknown>,
  next: (input: Record<string, unknown>) => Promise<{ output: Record<string, unknown> }>,
) => Promise<{ output: Record<string, unknown> }>;

/** Ports whose S3 clients have something between them and S3 that changes calls of one operation. */
function portsThrough(operation: string, change: Middleware): VerifyPorts {
  const ports = channelMixPorts(sandbox.endpoint);
  const between = async (client: Promise<S3>): Promise<S3> => {
    const s3 = await client;
    s3.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName !== `${operation}Command`) return next(args);
        const answer = await change(args.input as never, (input) => next({ ...args, input } as never) as never);
        return answer as never;
      },
      { step: 'initialize', name: 'between', override: true },
    );
    return s3;
  };
  return {
    ...ports,
    clients: (overrides) => {
      const set = ports.clients(overrides);
      let made: Promise<S3> | undefined;
      return {
        ...set,
        s3: () => {
          made ??= between(set.s3());
          return made;
        },
      };
    },
  };
}

describe('assume-role-12h', () => {
  test('is allowed where the role gives such sessions', async () => {
    const flags = await grant();
    const iam = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).iam();
    await iam.updateRole({ RoleName: flags.bucket, MaxSessionDuration: 43_200 });
    expect(checkOf(await verifyRole(sandbox.endpoint, flags), 'assume-role-12h')).toMatchObject({
      result: 'allow',
      ok: true,
    });
  });

  test('is information and no failure where it does not', async () => {
    const report = await verifyRole(sandbox.endpoint, await grant());
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
    const iam = await rootClients(sandbox.endpoint, CHANNELMIX_ACCOUNT_ID).iam();
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
    const sts = await rootClients(sandbox.endpoint, CHANNELMIX_ACCOUNT_ID).sts();
    const session = await sts.assumeRole({ RoleArn: role.Role?.Arn, RoleSessionName: 'worker' });
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = session.Credentials ?? {};
    const ports = createVerifyPorts({
      endpointUrl: sandbox.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
    });
    const report = await verifyRole(sandbox.endpoint, flags, { ports });
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
  const stop = sandbox.faults.add('error=503,sts:AssumeRole,at=2,times=20');
  const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, flags));
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
  const ports = channelMixPorts(sandbox.endpoint);
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
  await verifyRole(sandbox.endpoint, flags, { ports: watched });
  const open = await Promise.all(
    sessions.map(async (credentials) => {
      const s3 = await createVerifyPorts({ endpointUrl: sandbox.endpoint, region: 'us-east-1', credentials })
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

describe('list-bucket', () => {
  test.each([
    ['only folders', { StringLike: { 's3:prefix': '?*' } }, 'a condition on s3:prefix limits it'],
    ['only the whole', { Null: { 's3:prefix': 'true' } }, 'listing without a prefix is allowed'],
  ])('tells a policy that lists %s', async (_name, condition, note) => {
    const bucket = `probe-${++count}`;
    await createBucket(sandbox.endpoint, bucket);
    const [list, ...others] = [policyFor({ name: '', bucket })?.Statement ?? []].flat();
    const policy = { Version: '2012-10-17', Statement: [{ ...list, Condition: condition }, ...others] } as const;
    expect(JSON.stringify(list)).toContain('s3:ListBucket');
    const roleArn = await createRole(sandbox.endpoint, { name: bucket, bucket, policy: policy as never });
    const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, { roleArn, bucket }));
    expect(checkOf(report, 'list-bucket')).toMatchObject({ result: 'deny', note: expect.stringContaining(note) });
  });
});

describe('reading', () => {
  test('a range that is ignored on the way is found', async () => {
    const flags = await grant();
    const ports = portsThrough('GetObject', ({ Range: _range, ...input }, next) => next(input));
    const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, flags, { ports }));
    expect(results(report)).toMatchObject({ 'get-object': 'allow', 'get-object-range': 'error' });
    expect(checkOf(report, 'get-object-range')?.error?.code).toBe('RangeIgnored');
    expect(verifyExitCode(report)).toBe(3);
  });

  test('a range with other bytes is found', async () => {
    const flags = await grant();
    const ports = portsThrough('GetObject', async (input, next) => {
      if (input.Range === undefined) return next(input);
      const answer = await next({ ...input, Range: 'bytes=21-60' });
      return {
        ...answer,
        output: { ...answer.output, ContentRange: `bytes 20-59/${String(answer.output.ContentRange).split('/')[1]}` },
      };
    });
    const report = await verifyRole(sandbox.endpoint, flags, { ports });
    expect(checkOf(report, 'get-object-range')?.error?.code).toBe('ContentDiffers');
  });

  test('what is refused as a whole is told once: the range is skipped', async () => {
    const flags = await grant();
    await denyInBucket(flags.bucket, { Action: 's3:GetObject', Resource: `arn:aws:s3:::${flags.bucket}/*` });
    const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, flags));
    expect(results(report)).toMatchObject({ 'get-object': 'deny', 'get-object-range': 'skipped' });
  });
});

describe('putting as boto3 does', () => {
  test('sends a stream with its checksum at the end and no condition, over the own probe object', async () => {
    const flags = await grant();
    const puts: Record<string, unknown>[] = [];
    const ports = portsThrough('PutObject', (input, next) => {
      puts.push(input);
      return next(input);
    });
    const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, flags, { ports }));
    expect(report.ok).toBe(true);
    const again = puts.filter(({ IfNoneMatch }) => IfNoneMatch === undefined);
    expect(again).toHaveLength(1);
    expect(puts.filter(({ Key }) => Key === again[0]?.Key)).toHaveLength(2);
    expect(puts).toHaveLength(3);
  });

  test('is refused where the bucket enforces conditional writes, which boto3 does not send', async () => {
    const flags = await grant();
    await denyInBucket(flags.bucket, {
      Action: 's3:PutObject',
      Resource: `arn:aws:s3:::${flags.bucket}/*`,
      Condition: { Null: { 's3:if-none-match': 'true' } },
    });
    const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, flags));
    expect(results(report)).toMatchObject({
      'put-object': 'allow',
      'put-object-as-boto3': 'deny',
      'overwrite-object': 'skipped',
      'special-keys': 'allow',
      'delete-object': 'allow',
    });
    expect(checkOf(report, 'put-object-as-boto3')?.diagnosis?.layer).toBe('bucket-policy');
  });

  test.each([
    ['is kept away', 'NotOverwritten', (input: Record<string, unknown>) => input.IfNoneMatch === undefined],
  ] as const)('a second put that %s is found by what is there', async (_name, code, isSecond) => {
    const flags = await grant();
    const ports = portsThrough('PutObject', async (input, next) =>
      isSecond(input)
        ? { output: { $metadata: { httpStatusCode: 200, requestId: 'somebody', attempts: 1 } } }
        : next(input),
    );
    const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, flags, { ports }));
    expect(results(report)).toMatchObject({ 'put-object-as-boto3': 'allow', 'overwrite-object': 'error' });
    expect(checkOf(report, 'overwrite-object')?.error?.code).toBe(code);
  });

  test('is repeated with a new stream after faults, which the SDK does not do', async () => {
    const flags = await grant();
    // The third put: the first two are those of put-object and special-keys.
    const stop = sandbox.faults.add('error=503,s3:PutObject,at=3,times=2');
    const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, flags));
    stop();
    expect(report.ok).toBe(true);
  });
});

describe('special keys', () => {
  test.each([
    ['s3:PutObject', 'deny'],
    ['s3:GetObject', 'deny'],
  ])('a policy that refuses %s on them is found', async (action, result) => {
    const flags = await grant();
    await denyInBucket(flags.bucket, { Action: action, Resource: `arn:aws:s3:::${flags.bucket}/*a+b*` });
    const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, flags));
    expect(results(report)).toMatchObject({ 'put-object': 'allow', 'get-object': 'allow', 'special-keys': result });
  });

  test('a listing that shows another key is found', async () => {
    const flags = await grant();
    const ports = portsThrough('ListObjectsV2', async (input, next) => {
      const answer = await next({ ...input, EncodingType: undefined });
      const Contents = (answer.output.Contents as { Key: string }[] | undefined)?.map((item) => ({
        ...item,
        Key: item.Key.replace('+', ' '),
      }));
      return { ...answer, output: { ...answer.output, ...(Contents === undefined ? {} : { Contents }) } };
    });
    const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, flags, { ports }));
    expect(checkOf(report, 'special-keys')?.error?.code).toBe('KeyDiffers');
  });
});

describe('uploads in parts', () => {
  test('minimal access cannot abort them: for information, with the consequence', async () => {
    const report = await verifyRole(sandbox.endpoint, await grant());
    expect(checkOf(report, 'abort-multipart-upload')).toMatchObject({ result: 'deny', ok: true, required: false });
    expect(report.notes.join()).toContain('costs money until a lifecycle rule removes it');
    expect(verifyExitCode(report)).toBe(0);
  });

  test('who can abort them all the same, is told so', async () => {
    const flags = await grant({ access: 'extended' });
    const report = await verifyRole(sandbox.endpoint, { ...flags, access: 'minimal' });
    expect(checkOf(report, 'abort-multipart-upload')).toMatchObject({ result: 'allow', ok: true });
    expect(report.notes.join()).not.toContain('abort');
  });
});

describe('--careful', () => {
  test('puts nothing where it could not be deleted, in a bucket with versions, too, and says who refuses', async () => {
    const bucket = `probe-${++count}`;
    await createBucket(sandbox.endpoint, bucket);
    const s3 = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();
    await s3.putBucketVersioning({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } });
    const text = JSON.stringify(policyFor({ name: '', bucket }))
      .replace(/"s3:DeleteObject",?/, '')
      .replace(',]', ']');
    const roleArn = await createRole(sandbox.endpoint, { name: bucket, bucket, policy: JSON.parse(text) });
    const flags = { roleArn, bucket, careful: true };
    const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, flags));
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
    const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, flags));
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(results(report)['delete-object']).toBe('allow');
  });
});

describe('what must be refused', () => {
  test.each([['s3:GetBucketAcl'], ['s3:GetLifecycleConfiguration'], ['s3:GetBucketPolicy']])(
    '%s is found when it is granted',
    async (action) => {
      const flags = await grant();
      const iam = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).iam();
      const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] };
      await iam.putRolePolicy({ RoleName: flags.bucket, PolicyName: 'more', PolicyDocument: JSON.stringify(document) });
      const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, flags));
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
        const s3 = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();
        await s3.putBucketVersioning({ Bucket: flags.bucket, VersioningConfiguration: { Status } });
      }
      const report = await leavesNothing(sandbox, () =>
        verifyRole(sandbox.endpoint, { ...flags, prefixes: ['Client123/'] }),
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
    await createBucket(sandbox.endpoint, `${flags.bucket}-other`);
    const report = await leavesNothing(sandbox, () =>
      verifyRole(sandbox.endpoint, { ...flags, otherBucket: `${flags.bucket}-other` }),
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
  const third = (account: string) => rootClients(sandbox.endpoint, account);

  test('is refused by a right trust policy', async () => {
    const flags = { ...(await grant()), thirdParty: true };
    const report = await verifyRole(sandbox.endpoint, flags, { thirdParty: third(OTHER_ACCOUNT) });
    expect(report.ok).toBe(true);
    expect(checkOf(report, 'denied:sts:AssumeRole')).toMatchObject({
      result: 'deny',
      note: expect.stringContaining(OTHER_ACCOUNT),
    });
  });

  test('that can assume the role is found', async () => {
    const trust = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' } as const;
    const flags = { ...(await grant({ trust: { Version: '2012-10-17', Statement: [trust] } })), thirdParty: true };
    const report = await verifyRole(sandbox.endpoint, flags, { thirdParty: third(OTHER_ACCOUNT) });
    expect(checkOf(report, 'denied:sts:AssumeRole')).toMatchObject({ result: 'allow', ok: false });
    expect(verifyExitCode(report)).toBe(1);
  });

  test.each([CLIENT_ACCOUNT, CHANNELMIX_ACCOUNT_ID])('is not one where its credentials are of %s', async (account) => {
    const flags = { ...(await grant()), thirdParty: true };
    const report = await verifyRole(sandbox.endpoint, flags, { thirdParty: third(account) });
    expect(checkOf(report, 'denied:sts:AssumeRole')).toMatchObject({
      result: 'skipped',
      note: expect.stringContaining('no third account'),
    });
  });
});

describe('--deep', () => {
  test('moves 20 MiB there and back, says how fast, and leaves nothing', async () => {
    const flags = { ...(await grant()), deep: true };
    const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, flags));
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(checkOf(report, 'transfer-upload')?.mibPerSecond).toBeGreaterThan(0);
    expect(checkOf(report, 'transfer-download')?.mibPerSecond).toBeGreaterThan(0);
    expect(report.cleanup.left).toEqual([]);
  });

  test('finds what came back otherwise', async () => {
    const flags = { ...(await grant()), deep: true };
    const ports = portsThrough('GetObject', (input, next) =>
      next(String(input.Range).startsWith('bytes=5242880-') ? { ...input, Range: 'bytes=5242881-10485760' } : input),
    );
    const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, flags, { ports }));
    expect(checkOf(report, 'transfer-download')?.error?.code).toBe('ContentDiffers');
  });

  test('an upload that breaks off is removed also by minimal access, which may not abort', async () => {
    const flags = { ...(await grant()), deep: true };
    const stop = sandbox.faults.add('error=503,s3:CompleteMultipartUpload,at=1,times=3');
    const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, flags));
    stop();
    expect(results(report)).toMatchObject({ 'transfer-upload': 'error', 'transfer-download': 'skipped' });
    expect(report.cleanup.left).toEqual([]);
  });
});

describe('a bucket that is Requester Pays', () => {
  test('of another account is explained by a listing with the header', async () => {
    const bucket = `probe-${++count}`;
    await createBucket(sandbox.endpoint, bucket, OTHER_ACCOUNT);
    const roleArn = await createRole(sandbox.endpoint, { name: bucket, bucket });
    const s3 = await rootClients(sandbox.endpoint, OTHER_ACCOUNT).s3();
    await s3.putBucketRequestPayment({ Bucket: bucket, RequestPaymentConfiguration: { Payer: 'Requester' } });
    const allow = {
      Effect: 'Allow',
      Principal: { AWS: roleArn },
      Action: ['s3:ListBucket', 's3:PutObject', 's3:GetObject', 's3:DeleteObject'],
      Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
    };
    await s3.putBucketPolicy({ Bucket: bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement: [allow] }) });
    const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, { roleArn, bucket }));
    expect(results(report)).toMatchObject({ 'put-object': 'deny', 'list-bucket': 'deny' });
    expect(report.notes.join()).toContain('x-amz-request-payer');
  });

  test("of the role's own account needs no header, which full access can tell", async () => {
    const flags = { ...(await grant({ access: 'full' })), access: 'full' };
    const s3 = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();
    await s3.putBucketRequestPayment({ Bucket: flags.bucket, RequestPaymentConfiguration: { Payer: 'Requester' } });
    const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, flags));
    expect(report.ok).toBe(true);
    expect(report.notes.join()).toContain('Requester Pays');
  });
});
