import {
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
  DeleteLoginProfileCommand,
  DeleteUserCommand,
  GenerateServiceLastAccessedDetailsCommand,
  GetAccessKeyLastUsedCommand,
  GetLoginProfileCommand,
  GetRoleCommand,
  GetServiceLastAccessedDetailsCommand,
  type IAMClient,
} from '@aws-sdk/client-iam';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { allow, CHANNELMIX, CLIENT, failure, iamOf, type Keys, roleWith, rootKeys, s3Of, stsOf } from './support.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

let sandbox: Sandbox;
let iam: IAMClient;
beforeEach(async () => {
  sandbox = await startSandbox();
  iam = iamOf(sandbox, rootKeys(CLIENT));
});
afterEach(async () => {
  expect(sandbox.bugs()).toEqual([]);
  await sandbox.close();
});

/** The sandbox's time, as IAM writes times: in whole seconds. */
function now(): number {
  return Math.floor(sandbox.clock.now().getTime() / 1000) * 1000;
}

async function reportOf(role: string, Granularity: 'ACTION_LEVEL' | 'SERVICE_LEVEL' = 'ACTION_LEVEL') {
  const Arn = `arn:aws:iam::${CLIENT}:role/${role}`;
  const { JobId } = await iam.send(new GenerateServiceLastAccessedDetailsCommand({ Arn, Granularity }));
  return iam.send(new GetServiceLastAccessedDetailsCommand({ JobId }));
}

describe('the last use of an access key (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html)', () => {
  it('is the first of several within a quarter of an hour', async () => {
    await iam.send(new CreateUserCommand({ UserName: 'bob' }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'bob' }));
    const AccessKeyId = AccessKey?.AccessKeyId ?? '';
    const sts = stsOf(sandbox, { accessKeyId: AccessKeyId, secretAccessKey: AccessKey?.SecretAccessKey ?? '' });
    const noted = async () => {
      await sts.send(new GetCallerIdentityCommand({}));
      const { AccessKeyLastUsed } = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }));
      return AccessKeyLastUsed?.LastUsedDate?.getTime();
    };
    const first = await noted();
    sandbox.clock.advance(14 * MINUTE);
    expect(await noted()).toBe(first);
    sandbox.clock.advance(2 * MINUTE);
    expect(((await noted()) ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(16 * MINUTE);
  });
});

describe('the last use of a role (https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleLastUsed.html)', () => {
  it('is that of its sessions, and is forgotten after 400 days', async () => {
    const lastUsed = async () => (await iam.send(new GetRoleCommand({ RoleName: 'reader' }))).Role?.RoleLastUsed;
    const keys = await roleWith(sandbox, 'reader');
    expect(await lastUsed()).toEqual({});
    const before = now();
    await stsOf(sandbox, keys).send(new GetCallerIdentityCommand({}));
    const used = await lastUsed();
    expect(used?.Region).toBe('us-east-1');
    expect(used?.LastUsedDate?.getTime()).toBeGreaterThanOrEqual(before);
    sandbox.clock.advance(401 * DAY);
    expect(await lastUsed()).toEqual({});
  });
});

describe('the report of what was called last (https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetails.html)', () => {
  let keys: Keys;
  beforeEach(async () => {
    keys = await roleWith(
      sandbox,
      'reader',
      allow(['s3:GetBucketAcl', 's3:GetObject', 's3:ListAllMyBuckets', 'kms:*']),
    );
  });

  it('names the services that the policies allow, used or not, and the actions of management', async () => {
    await s3Of(sandbox, keys).send(new ListBucketsCommand({}));
    const { JobStatus, JobType, ServicesLastAccessed, IsTruncated } = await reportOf('reader');
    expect([JobStatus, JobType, IsTruncated]).toEqual(['COMPLETED', 'ACTION_LEVEL', false]);
    expect(ServicesLastAccessed).toMatchObject([
      { ServiceNamespace: 'kms', TotalAuthenticatedEntities: 0 },
      {
        ServiceName: 'Amazon S3',
        ServiceNamespace: 's3',
        TotalAuthenticatedEntities: 1,
        LastAuthenticatedRegion: 'us-east-1',
      },
    ]);
    const [kms, s3] = ServicesLastAccessed ?? [];
    expect(kms?.LastAuthenticated).toBeUndefined();
    expect(
      s3?.TrackedActionsLastAccessed?.map(({ ActionName, LastAccessedTime }) => [
        ActionName,
        LastAccessedTime !== undefined,
      ]),
    ).toEqual([
      ['GetBucketAcl', false],
      ['ListAllMyBuckets', true],
    ]);
  });

  it('counts what was refused, too', async () => {
    const refused = await roleWith(
      sandbox,
      'nobody',
      { ...allow('s3:*'), Effect: 'Deny' },
      allow('s3:ListAllMyBuckets'),
    );
    await failure(s3Of(sandbox, refused).send(new ListBucketsCommand({})));
    const { ServicesLastAccessed } = await reportOf('nobody');
    expect(ServicesLastAccessed?.[0]?.LastAuthenticated).toBeDefined();
    expect(ServicesLastAccessed?.[0]?.TrackedActionsLastAccessed?.[0]?.LastAccessedTime).toBeDefined();
  });

  it('has no actions unless they are asked for', async () => {
    const { ServicesLastAccessed } = await reportOf('reader', 'SERVICE_LEVEL');
    expect(ServicesLastAccessed?.map(({ TrackedActionsLastAccessed }) => TrackedActionsLastAccessed)).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('is in progress for the delay of IAM', async () => {
    sandbox.faults.add('iam-delay=10s');
    expect(await reportOf('reader')).toMatchObject({ JobStatus: 'IN_PROGRESS', ServicesLastAccessed: [] });
  });

  it('is of roles and users that are there, and for their account', async () => {
    const generate = (Arn: string) => iam.send(new GenerateServiceLastAccessedDetailsCommand({ Arn }));
    expect(await failure(generate(`arn:aws:iam::${CLIENT}:role/gone`))).toMatchObject({
      code: 'NoSuchEntityException',
    });
    expect(await failure(generate(`arn:aws:iam::${CLIENT}:policy/p`))).toMatchObject({ status: 501 });
    const { JobId } = await generate(`arn:aws:iam::${CLIENT}:role/reader`);
    const other = iamOf(sandbox, rootKeys(CHANNELMIX));
    expect(await failure(other.send(new GetServiceLastAccessedDetailsCommand({ JobId })))).toMatchObject({
      status: 404,
    });
  });
});

describe('a password for the console (https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateLoginProfile.html)', () => {
  const UserName = 'alice';
  const Password = 'Correct-Horse-7';
  beforeEach(async () => {
    await iam.send(new CreateUserCommand({ UserName }));
  });

  it('is made once, shown without itself, and taken away before the user is', async () => {
    const get = () => iam.send(new GetLoginProfileCommand({ UserName }));
    expect(await failure(get())).toMatchObject({
      status: 404,
      message: 'Login Profile for User alice cannot be found.',
    });
    await iam.send(new CreateLoginProfileCommand({ UserName, Password, PasswordResetRequired: true }));
    const { LoginProfile } = await get();
    expect(LoginProfile).toMatchObject({ UserName, PasswordResetRequired: true, CreateDate: expect.any(Date) });
    expect(await failure(iam.send(new CreateLoginProfileCommand({ UserName, Password })))).toMatchObject({
      status: 409,
    });
    expect(await failure(iam.send(new DeleteUserCommand({ UserName })))).toMatchObject({
      message: 'Cannot delete entity, must delete login profile first.',
    });
    expect(JSON.stringify(sandbox.snapshot())).not.toContain(Password);
    await iam.send(new DeleteLoginProfileCommand({ UserName }));
    await iam.send(new DeleteUserCommand({ UserName }));
  });

  it('is refused when it is too easy', async () => {
    const call = iam.send(new CreateLoginProfileCommand({ UserName, Password: 'password' }));
    expect(await failure(call)).toMatchObject({ code: 'PasswordPolicyViolationException', status: 400 });
  });
});
