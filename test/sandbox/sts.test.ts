import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  DetachUserPolicyCommand,
  GetRoleCommand,
  type IAMClient,
  ListUsersCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import {
  AssumeRoleCommand,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
} from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import {
  allow,
  assume,
  CHANNELMIX,
  CLIENT,
  failure,
  iamOf,
  type Keys,
  policy,
  rootKeys,
  s3Of,
  stsOf,
  trust,
} from './support.ts';

let sandbox: Sandbox;
let iam: IAMClient;
const channelmix = rootKeys(CHANNELMIX);
const client = rootKeys(CLIENT);

beforeEach(async () => {
  sandbox = await startSandbox();
  iam = iamOf(sandbox, client);
});

afterEach(async () => {
  expect(sandbox.bugs()).toEqual([]);
  await sandbox.close();
});

async function role(name: string, trustPolicy: string, inline?: string): Promise<string> {
  const created = await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trustPolicy }));
  if (inline !== undefined) {
    await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'inline', PolicyDocument: inline }));
  }
  return created.Role?.Arn ?? '';
}

async function user(account: string, name: string, inline?: string): Promise<Keys> {
  const owner = iamOf(sandbox, rootKeys(account));
  await owner.send(new CreateUserCommand({ UserName: name }));
  if (inline !== undefined) {
    await owner.send(new PutUserPolicyCommand({ UserName: name, PolicyName: 'inline', PolicyDocument: inline }));
  }
  const { AccessKey } = await owner.send(new CreateAccessKeyCommand({ UserName: name }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}

describe('GetCallerIdentity', () => {
  it('names root, user and role session', async () => {
    const identity = async (keys: Keys) => await stsOf(sandbox, keys).send(new GetCallerIdentityCommand({}));
    expect(await identity(client)).toMatchObject({
      Account: CLIENT,
      Arn: `arn:aws:iam::${CLIENT}:root`,
      UserId: CLIENT,
    });
    const bob = await user(CLIENT, 'bob', policy({ Effect: 'Deny', Action: '*', Resource: '*' }));
    // Needs no permission, even under an explicit deny.
    expect(await identity(bob)).toMatchObject({
      Arn: `arn:aws:iam::${CLIENT}:user/bob`,
      UserId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
    });
    await role('r', trust(CHANNELMIX));
    const session = await identity(await assume(sandbox, channelmix, 'r'));
    expect(session).toMatchObject({
      Account: CLIENT,
      Arn: `arn:aws:sts::${CLIENT}:assumed-role/r/channelmix`,
      UserId: expect.stringMatching(/^AROA[A-Z2-7]{17}:channelmix$/),
    });
  });
});

describe('AssumeRole across accounts', () => {
  it('asks both sides: the trust policy and, for a user, its identity policies', async () => {
    const arn = await role('r', trust(CHANNELMIX));
    const without = await user(CHANNELMIX, 'without');
    expect(await failure(assume(sandbox, without, 'r'))).toEqual({
      code: 'AccessDenied',
      status: 403,
      message: `User: arn:aws:iam::${CHANNELMIX}:user/without is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
    });
    const withRight = await user(CHANNELMIX, 'with', policy(allow('sts:AssumeRole', arn)));
    await assume(sandbox, withRight, 'r');
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'r', PolicyDocument: trust(CLIENT) }));
    expect((await failure(assume(sandbox, withRight, 'r'))).code).toBe('AccessDenied');
  });

  it('answers the same for a role that is missing, or whose path is wrong', async () => {
    await iam.send(
      new CreateRoleCommand({ RoleName: 'r', Path: '/vendors/', AssumeRolePolicyDocument: trust(CHANNELMIX) }),
    );
    for (const arn of [
      `arn:aws:iam::${CLIENT}:role/absent`,
      `arn:aws:iam::${CLIENT}:role/r`,
      'arn:aws:iam::999999999999:role/r',
    ]) {
      expect(await failure(assume(sandbox, channelmix, arn))).toEqual({
        code: 'AccessDenied',
        status: 403,
        message: `User: arn:aws:iam::${CHANNELMIX}:root is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
      });
    }
    await assume(sandbox, channelmix, `arn:aws:iam::${CLIENT}:role/vendors/r`);
  });

  it('refuses without the external id or MFA that the trust policy demands', async () => {
    await role('r', trust(CHANNELMIX, { Condition: { StringEquals: { 'sts:ExternalId': 'abc' } } }));
    expect((await failure(assume(sandbox, channelmix, 'r'))).code).toBe('AccessDenied');
    expect((await failure(assume(sandbox, channelmix, 'r', { ExternalId: 'abd' }))).code).toBe('AccessDenied');
    await assume(sandbox, channelmix, 'r', { ExternalId: 'abc' });
    await role('m', trust(CHANNELMIX, { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }));
    expect((await failure(assume(sandbox, channelmix, 'm'))).code).toBe('AccessDenied');
    await assume(sandbox, channelmix, 'm', { SerialNumber: `arn:aws:iam::${CHANNELMIX}:mfa/x`, TokenCode: '123456' });
  });

  it('lets a condition on aws:PrincipalArn and on time in the trust policy decide', async () => {
    const bob = await user(CHANNELMIX, 'bob', policy(allow('sts:AssumeRole')));
    await role(
      'r',
      trust(CHANNELMIX, { Condition: { ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${CHANNELMIX}:user/bob` } } }),
    );
    await assume(sandbox, bob, 'r');
    expect((await failure(assume(sandbox, channelmix, 'r'))).code).toBe('AccessDenied');
    const soon = new Date(Date.now() + 900_000).toISOString();
    await role('t', trust(CHANNELMIX, { Condition: { DateLessThan: { 'aws:CurrentTime': soon } } }));
    await assume(sandbox, channelmix, 't');
    sandbox.clock.advance(901_000);
    expect((await failure(assume(sandbox, channelmix, 't'))).code).toBe('AccessDenied');
  });

  it('keeps a deleted principal by its id: a new one of the same name is another', async () => {
    const owner = iamOf(sandbox, channelmix);
    const bob = await user(CHANNELMIX, 'bob', undefined);
    await owner.send(
      new AttachUserPolicyCommand({ UserName: 'bob', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
    );
    await role('r', trust(`arn:aws:iam::${CHANNELMIX}:user/bob`));
    await assume(sandbox, bob, 'r');
    await owner.send(new DeleteAccessKeyCommand({ UserName: 'bob', AccessKeyId: bob.accessKeyId }));
    await owner.send(
      new DetachUserPolicyCommand({ UserName: 'bob', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
    );
    await owner.send(new DeleteUserCommand({ UserName: 'bob' }));
    const again = await user(CHANNELMIX, 'bob', policy(allow('sts:AssumeRole')));
    expect((await failure(assume(sandbox, again, 'r'))).code).toBe('AccessDenied');
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'r' }));
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toMatch(/"AWS":"AIDA[A-Z2-7]{17}"/);
  });
});

describe('sessions', () => {
  it('are bounded by session policies, inline and managed', async () => {
    await s3Of(sandbox, client).send(new CreateBucketCommand({ Bucket: 'data' }));
    await s3Of(sandbox, client).send(new PutObjectCommand({ Bucket: 'data', Key: 'a', Body: 'x' }));
    await role('r', trust(CHANNELMIX), policy(allow('s3:*')));
    const list = (keys: Keys) => s3Of(sandbox, keys).send(new ListObjectsV2Command({ Bucket: 'data' }));
    const get = (keys: Keys) => s3Of(sandbox, keys).send(new GetObjectCommand({ Bucket: 'data', Key: 'a' }));
    const narrow = await assume(sandbox, channelmix, 'r', {
      Policy: policy(allow('s3:ListBucket', 'arn:aws:s3:::data')),
    });
    await list(narrow);
    expect(await failure(get(narrow))).toEqual({
      code: 'AccessDenied',
      status: 403,
      message: `User: arn:aws:sts::${CLIENT}:assumed-role/r/channelmix is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::data/a" because no session policy allows the s3:GetObject action`,
    });
    const byArn = await assume(sandbox, channelmix, 'r', {
      PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess' }],
    });
    await get(byArn);
    expect(
      (await failure(s3Of(sandbox, byArn).send(new PutObjectCommand({ Bucket: 'data', Key: 'b', Body: 'x' })))).code,
    ).toBe('AccessDenied');
  });

  it('are bounded by the boundary of the role', async () => {
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'edge', PolicyDocument: policy(allow('s3:GetObject')) }),
    );
    await role('r', trust(CHANNELMIX), policy(allow('s3:*')));
    await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: 'r', PermissionsBoundary: Policy?.Arn }));
    const keys = await assume(sandbox, channelmix, 'r');
    expect((await failure(s3Of(sandbox, keys).send(new ListBucketsCommand({})))).message).toMatch(
      /because no permissions boundary allows the s3:ListAllMyBuckets action$/,
    );
  });

  it('end on the sandbox clock, with the codes of each service', async () => {
    await role('r', trust(CHANNELMIX), policy(allow('s3:*')));
    const keys = await assume(sandbox, channelmix, 'r', { DurationSeconds: 900 });
    await s3Of(sandbox, keys).send(new ListBucketsCommand({}));
    sandbox.clock.advance(899_000);
    await s3Of(sandbox, keys).send(new ListBucketsCommand({}));
    sandbox.clock.advance(2_000);
    expect(await failure(s3Of(sandbox, keys).send(new ListBucketsCommand({})))).toMatchObject({
      code: 'ExpiredToken',
      status: 400,
    });
    expect(await failure(stsOf(sandbox, keys).send(new GetCallerIdentityCommand({})))).toMatchObject({
      status: 403,
      message: 'The security token included in the request is expired',
    });
  });

  it('last no longer than the role allows, nor an hour in a chain', async () => {
    await role('r', trust([CHANNELMIX, CLIENT]), policy(allow('sts:AssumeRole')));
    const long = (seconds: number, keys: Keys = channelmix) =>
      failure(assume(sandbox, keys, 'r', { DurationSeconds: seconds }));
    expect(await long(3601)).toMatchObject({
      status: 400,
      message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    });
    expect(await long(899)).toMatchObject({
      status: 400,
      message:
        "1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
    });
    const first = await assume(sandbox, channelmix, 'r');
    await assume(sandbox, first, 'r', { DurationSeconds: 3600 });
    expect(await long(3601, first)).toMatchObject({
      status: 400,
      message: 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    });
  });

  it('refuse names that are not session names', async () => {
    await role('r', trust(CHANNELMIX));
    const sts = stsOf(sandbox, channelmix);
    for (const RoleSessionName of ['a', 'a b', 'x'.repeat(65)]) {
      const error = await failure(
        sts.send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${CLIENT}:role/r`, RoleSessionName })),
      );
      expect(error.status).toBe(400);
      expect(error.message).toMatch(
        /^1 validation error detected: Value '.*' at 'roleSessionName' failed to satisfy constraint: /,
      );
    }
  });

  it('carry tags and source identity, if both sides allow them', async () => {
    await role(
      'r',
      trust(CHANNELMIX),
      policy(allow('s3:ListAllMyBuckets', '*', { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'data' } } })),
    );
    expect(
      (await failure(assume(sandbox, channelmix, 'r', { Tags: [{ Key: 'team', Value: 'data' }] }))).message,
    ).toMatch(/sts:TagSession/);
    await iam.send(
      new UpdateAssumeRolePolicyCommand({
        RoleName: 'r',
        PolicyDocument: policy({
          Effect: 'Allow',
          Principal: { AWS: CHANNELMIX },
          Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
        }),
      }),
    );
    const tagged = await assume(sandbox, channelmix, 'r', {
      Tags: [{ Key: 'team', Value: 'data' }],
      SourceIdentity: 'me',
    });
    await s3Of(sandbox, tagged).send(new ListBucketsCommand({}));
    const untagged = await assume(sandbox, channelmix, 'r');
    expect((await failure(s3Of(sandbox, untagged).send(new ListBucketsCommand({})))).code).toBe('AccessDenied');
  });

  it('of GetSessionToken have the rights of the user, but not IAM without MFA', async () => {
    const bob = await user(CLIENT, 'bob', policy(allow(['s3:*', 'iam:*'])));
    const token = async (more = {}) => {
      const { Credentials } = await stsOf(sandbox, bob).send(new GetSessionTokenCommand(more));
      return {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken ?? '',
      };
    };
    const plain = await token();
    await s3Of(sandbox, plain).send(new ListBucketsCommand({}));
    expect(await failure(iamOf(sandbox, plain).send(new ListUsersCommand({})))).toMatchObject({
      code: 'InvalidClientTokenId',
      status: 403,
    });
    const withMfa = await token({ SerialNumber: `arn:aws:iam::${CLIENT}:mfa/bob`, TokenCode: '000000' });
    await iamOf(sandbox, withMfa).send(new ListUsersCommand({}));
  });
});

describe('access keys', () => {
  it('work until they are switched off or deleted', async () => {
    const bob = await user(CLIENT, 'bob', policy(allow('s3:*')));
    expect(bob.accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
    expect(bob.secretAccessKey).toMatch(/^sandbox\+.{32}$/);
    expect(
      (await stsOf(sandbox, client).send(new GetAccessKeyInfoCommand({ AccessKeyId: bob.accessKeyId }))).Account,
    ).toBe(CLIENT);
    await s3Of(sandbox, bob).send(new ListBucketsCommand({}));
    await iam.send(new UpdateAccessKeyCommand({ UserName: 'bob', AccessKeyId: bob.accessKeyId, Status: 'Inactive' }));
    expect(await failure(s3Of(sandbox, bob).send(new ListBucketsCommand({})))).toMatchObject({
      code: 'InvalidAccessKeyId',
      status: 403,
    });
    expect(await failure(stsOf(sandbox, bob).send(new GetCallerIdentityCommand({})))).toMatchObject({
      status: 403,
      message: 'The security token included in the request is invalid.',
    });
  });

  it('of another sandbox, and changed tokens, are refused', async () => {
    await role('r', trust(CHANNELMIX), policy(allow('s3:*')));
    const keys = await assume(sandbox, channelmix, 'r');
    const token = keys.sessionToken ?? '';
    for (const sessionToken of [`${token.slice(0, -6)}AAAAA=`, 'x', token.slice(0, 50)]) {
      expect(await failure(s3Of(sandbox, { ...keys, sessionToken }).send(new ListBucketsCommand({})))).toMatchObject({
        code: 'InvalidToken',
        status: 400,
      });
    }
    const { sessionToken: _dropped, ...bare } = keys;
    expect((await failure(s3Of(sandbox, bare).send(new ListBucketsCommand({})))).code).toBe('InvalidAccessKeyId');
  });
});

describe('the AWS managed policies', () => {
  it('grant what they say', async () => {
    await role('r', trust(CHANNELMIX));
    await iam.send(
      new AttachRolePolicyCommand({ RoleName: 'r', PolicyArn: 'arn:aws:iam::aws:policy/AmazonS3FullAccess' }),
    );
    const keys = await assume(sandbox, channelmix, 'r');
    await s3Of(sandbox, keys).send(new CreateBucketCommand({ Bucket: 'made-by-role' }));
  });
});
