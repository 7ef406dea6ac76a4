import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteRoleCommand,
  DeleteUserCommand,
  ListRolesCommand,
  ListUsersCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
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
const client = rootKeys(CLIENT);
const channelmix = rootKeys(CHANNELMIX);

beforeEach(async () => {
  sandbox = await startSandbox();
  await s3Of(sandbox, client).send(new CreateBucketCommand({ Bucket: 'data' }));
  await s3Of(sandbox, client).send(new PutObjectCommand({ Bucket: 'data', Key: 'a', Body: 'x' }));
});

afterEach(async () => {
  expect(sandbox.bugs()).toEqual([]);
  await sandbox.close();
});

async function user(account: string, name: string, document?: string): Promise<Keys> {
  const iam = iamOf(sandbox, rootKeys(account));
  await iam.send(new CreateUserCommand({ UserName: name }));
  if (document !== undefined)
    await iam.send(new PutUserPolicyCommand({ UserName: name, PolicyName: 'p', PolicyDocument: document }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}

const get = (keys: Keys) => s3Of(sandbox, keys).send(new GetObjectCommand({ Bucket: 'data', Key: 'a' }));
const list = (keys: Keys) => s3Of(sandbox, keys).send(new ListObjectsV2Command({ Bucket: 'data' }));
const bucketPolicy = (...statements: readonly object[]) =>
  s3Of(sandbox, client).send(new PutBucketPolicyCommand({ Bucket: 'data', Policy: policy(...statements) }));

describe('who may what, and what is said about it', () => {
  it('within an account: AWS’s words name caller, action, resource and layer', async () => {
    const bob = await user(CLIENT, 'bob');
    const base = `User: arn:aws:iam::${CLIENT}:user/bob is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::data/a"`;
    expect((await failure(get(bob))).message).toBe(
      `${base} because no identity-based policy allows the s3:GetObject action`,
    );
    await bucketPolicy({ Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/*' });
    expect((await failure(get(bob))).message).toBe(`${base} with an explicit deny in a resource-based policy`);
    await s3Of(sandbox, client).send(new DeleteBucketPolicyCommand({ Bucket: 'data' }));
    await iamOf(sandbox, client).send(
      new PutUserPolicyCommand({
        UserName: 'bob',
        PolicyName: 'p',
        PolicyDocument: policy({ Effect: 'Deny', Action: 's3:*', Resource: '*' }),
      }),
    );
    expect((await failure(get(bob))).message).toBe(`${base} with an explicit deny in an identity-based policy`);
    expect((await failure(iamOf(sandbox, bob).send(new ListRolesCommand({})))).message).toBe(
      `User: arn:aws:iam::${CLIENT}:user/bob is not authorized to perform: iam:ListRoles on resource: * because no identity-based policy allows the iam:ListRoles action`,
    );
  });

  it('across accounts: both sides must allow, and S3 gives no reason', async () => {
    const bob = await user(CHANNELMIX, 'bob', policy(allow('s3:GetObject')));
    expect(await failure(get(bob))).toEqual({ code: 'AccessDenied', status: 403, message: 'Access Denied' });
    await bucketPolicy({
      Effect: 'Allow',
      Principal: { AWS: CHANNELMIX },
      Action: 's3:*',
      Resource: ['arn:aws:s3:::data', 'arn:aws:s3:::data/*'],
    });
    await get(bob);
    expect((await failure(list(bob))).message).toBe('Access Denied');
    // The root user of another account needs the bucket's side only.
    await list(channelmix);
  });

  it('a role is another principal than the account it lives in', async () => {
    const iam = iamOf(sandbox, client);
    await iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: trust(CHANNELMIX) }));
    const session = await assume(sandbox, channelmix, 'r');
    expect((await failure(get(session))).message).toContain(
      'because no identity-based policy allows the s3:GetObject action',
    );
    await bucketPolicy({
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${CLIENT}:role/r` },
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::data/*',
    });
    await get(session);
  });
});

describe('organizations', () => {
  const organization = (member: object) => sandbox.organization.set({ id: 'o-example', members: { [CLIENT]: member } });
  const full = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

  it('bind the members’ principals, root as well, by SCPs', async () => {
    const bob = await user(CLIENT, 'bob', policy(allow('s3:*')));
    organization({
      scps: [
        [full],
        [full, { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 's3:GetObject', Resource: '*' }] }],
      ],
    });
    const denied =
      / is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::data\/a" with an explicit deny in a service control policy$/;
    expect((await failure(get(bob))).message).toMatch(denied);
    expect((await failure(get(client))).message).toMatch(denied);
    await list(bob);
    organization({ scps: [[full], []] });
    expect((await failure(get(bob))).message).toMatch(
      /because no service control policy allows the s3:GetObject action$/,
    );
    sandbox.organization.set(undefined);
    await get(bob);
  });

  it('bind the members’ resources by RCPs, whoever asks', async () => {
    await bucketPolicy({
      Effect: 'Allow',
      Principal: { AWS: CHANNELMIX },
      Action: 's3:*',
      Resource: ['arn:aws:s3:::data', 'arn:aws:s3:::data/*'],
    });
    await get(channelmix);
    const rcp = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: '*',
          Condition: { StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-example' } },
        },
      ],
    };
    organization({ rcps: [rcp] });
    expect((await failure(get(channelmix))).message).toBe('Access Denied');
    await get(client);
  });

  it('let S3 tell its members why', async () => {
    const bob = await user(CHANNELMIX, 'bob', policy(allow('s3:*')));
    sandbox.organization.set({ id: 'o-example', members: { [CLIENT]: {}, [CHANNELMIX]: {} } });
    expect((await failure(get(bob))).message).toMatch(
      /because no resource-based policy allows the s3:GetObject action$/,
    );
  });
});

describe('facts of the request', () => {
  const guarded = (condition: object) => allow('s3:*', '*', { Condition: condition });

  it('TLS, source address and endpoint are what the sandbox is told', async () => {
    const tls = await user(CLIENT, 'tls', policy(guarded({ Bool: { 'aws:SecureTransport': 'true' } })));
    const home = await user(CLIENT, 'home', policy(guarded({ IpAddress: { 'aws:SourceIp': '198.51.100.0/24' } })));
    const endpoint = await user(CLIENT, 'endpoint', policy(guarded({ StringEquals: { 'aws:SourceVpce': 'vpce-1' } })));
    await get(tls);
    sandbox.network.secureTransport = false;
    expect((await failure(get(tls))).code).toBe('AccessDenied');
    expect((await failure(get(home))).code).toBe('AccessDenied');
    sandbox.network.sourceIp = '198.51.100.7';
    await get(home);
    expect((await failure(get(endpoint))).code).toBe('AccessDenied');
    sandbox.network.sourceVpce = 'vpce-1';
    await get(endpoint);
    expect((await failure(get(home))).code).toBe('AccessDenied');
  });

  it('user agent, region, kind of signature and principal are the request’s own', async () => {
    const keys = await user(
      CLIENT,
      'bob',
      policy(
        guarded({
          StringLike: { 'aws:UserAgent': '*aws-sdk-js*' },
          StringEquals: {
            'aws:RequestedRegion': 'us-east-1',
            's3:authType': 'REST-HEADER',
            'aws:username': 'bob',
            'aws:ResourceAccount': CLIENT,
            'aws:PrincipalType': 'User',
          },
          Null: { 'aws:TokenIssueTime': 'true', 'aws:MultiFactorAuthPresent': 'true' },
        }),
      ),
    );
    await get(keys);
  });
});

describe('many callers at once', () => {
  it('see only what is theirs, while IAM changes under them', async () => {
    const iam = iamOf(sandbox, client);
    const names = Array.from({ length: 8 }, (_, index) => `r${index}`);
    await Promise.all(
      names.map((name) =>
        iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust(CHANNELMIX) })),
      ),
    );
    await Promise.all(
      names.map(async (name, index) => {
        const allowed = index % 2 === 0;
        if (allowed)
          await iam.send(
            new PutRolePolicyCommand({
              RoleName: name,
              PolicyName: 'p',
              PolicyDocument: policy(allow('s3:ListAllMyBuckets')),
            }),
          );
        const keys = await assume(sandbox, channelmix, name);
        for (let round = 0; round < 5; round += 1) {
          const outcome = await s3Of(sandbox, keys)
            .send(new ListBucketsCommand({}))
            .then(
              () => true,
              () => false,
            );
          expect(outcome).toBe(allowed);
          expect((await stsOf(sandbox, keys).send(new GetCallerIdentityCommand({}))).Arn).toContain(`/${name}/`);
        }
      }),
    );
  });
});

describe('a snapshot', () => {
  it('is the same before and after everything was taken back, and holds no secret', async () => {
    const before = sandbox.snapshot();
    const iam = iamOf(sandbox, client);
    const bob = await user(CLIENT, 'bob');
    await iam.send(
      new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: trust(`arn:aws:iam::${CLIENT}:user/bob`) }),
    );
    const during = JSON.stringify(sandbox.snapshot());
    expect(during).not.toBe(JSON.stringify(before));
    expect(during).toContain(bob.accessKeyId);
    expect(during).not.toContain(bob.secretAccessKey);
    await iam.send(new DeleteRoleCommand({ RoleName: 'r' }));
    await iam.send(new DeleteAccessKeyCommand({ UserName: 'bob', AccessKeyId: bob.accessKeyId }));
    await iam.send(new DeleteUserCommand({ UserName: 'bob' }));
    expect((await iam.send(new ListUsersCommand({}))).Users).toEqual([]);
    expect(sandbox.snapshot()).toEqual(before);
  });
});
