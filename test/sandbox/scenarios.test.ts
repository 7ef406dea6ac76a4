import { GetRoleCommand, GetUserCommand, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import { DescribeKeyCommand, KMSClient, ListGrantsCommand } from '@aws-sdk/client-kms';
import {
  GetBucketEncryptionCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterEach, describe, expect, it } from 'vitest';
import { exportCommand, verifyCommandLine } from '../../src/sandbox/scenarios/command-line.ts';
import { grantPolicy, policy, trustPolicy } from '../../src/sandbox/scenarios/documents.ts';
import { findScenario, type Scenario, type ScenarioWorld, scenarios } from '../../src/sandbox/scenarios/index.ts';
import { type StartedScenario, startScenario } from '../../src/sandbox/scenarios/start.ts';
import { assume, CHANNELMIX, CLIENT, failure, iamOf, type Keys, rootKeys, s3Of, stsOf } from './support.ts';

let started: StartedScenario | undefined;
const of = (world: ScenarioWorld, verify: Partial<Scenario['verify']> = {}): Scenario => ({
  name: 'one',
  title: 'One',
  symptom: '',
  reason: '',
  sources: [],
  world,
  verify: { bucket: 'data', ...verify },
  expected: { exitCode: 0, checks: [] },
});
const start = async (scenario: Scenario): Promise<StartedScenario> => {
  started = await startScenario(scenario);
  return started;
};

afterEach(async () => {
  expect(started?.sandbox.bugs() ?? []).toEqual([]);
  await started?.sandbox.close();
  started = undefined;
});

describe('a scenario', () => {
  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s can be set up', async (_, scenario) => {
    const { sandbox } = await start(scenario);
    expect(sandbox.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it('has a name of its own, and is plain data', () => {
    const names = scenarios.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const scenario of scenarios) {
      expect(scenario.name).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
      expect(scenario.sources, scenario.name).not.toEqual([]);
      expect(JSON.parse(JSON.stringify(scenario))).toEqual(scenario);
    }
  });

  it('whose name is wrong is refused with the nearest one', () => {
    expect(() => findScenario('trust-extrenal-id')).toThrow(
      expect.objectContaining({ code: 'usage', hint: expect.stringContaining('Did you mean trust-external-id?') }),
    );
  });

  it('gives a command that can be pasted', async () => {
    const scenario = of({}, { roleArn: 'arn:aws:iam::111122223333:role/r', prefixes: ["a b/'c'/"], wait: '1s' });
    const { caller } = await start(scenario);
    expect(verifyCommandLine(scenario, { caller }, 'http://127.0.0.1:1')).toBe(
      "channelmix-s3 verify --role-arn arn:aws:iam::111122223333:role/r --bucket data --prefix 'a b/'\\''c'\\''/' --as channelmix --wait 1s --endpoint-url http://127.0.0.1:1",
    );
    expect(exportCommand({ caller })).toBe(
      `export AWS_ACCESS_KEY_ID=${CHANNELMIX} AWS_SECRET_ACCESS_KEY=${CHANNELMIX}`,
    );
  });
});

describe('the world of a scenario', () => {
  it('has the roles, users and buckets that it states, set up when it says', async () => {
    const { sandbox, accessKeys } = await start(
      of({
        ageSeconds: 7200,
        policies: [{ name: 'edge', document: policy({ Effect: 'Allow', Action: 's3:*', Resource: '*' }) }],
        roles: [
          {
            name: 'r',
            path: '/team/',
            trust: trustPolicy(),
            inline: { grant: grantPolicy('data') },
            boundary: `arn:aws:iam::${CLIENT}:policy/edge`,
            maxSessionSeconds: 7200,
            tags: { team: 'data' },
          },
        ],
        users: [{ name: 'u', attached: ['arn:aws:iam::aws:policy/AmazonS3FullAccess'] }],
        buckets: [
          {
            name: 'data',
            region: 'eu-west-1',
            policy: policy({
              Effect: 'Allow',
              Principal: '*',
              Action: 's3:GetObject',
              Resource: 'arn:aws:s3:::data/*',
            }),
            encryption: { algorithm: 'aws:kms' },
            objects: [{ key: 'a b/ü.csv', body: 'x', metadata: { from: 'seed' } }],
          },
        ],
      }),
    );
    const iam = iamOf(sandbox, rootKeys(CLIENT));
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'r' }));
    expect(Role).toMatchObject({ Path: '/team/', MaxSessionDuration: 7200, Tags: [{ Key: 'team', Value: 'data' }] });
    expect(Role?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(`arn:aws:iam::${CLIENT}:policy/edge`);
    expect(Math.round((Date.now() - (Role?.CreateDate?.getTime() ?? 0)) / 1000)).toBeCloseTo(7200, -1);
    expect((await iam.send(new ListRolePoliciesCommand({ RoleName: 'r' }))).PolicyNames).toEqual(['grant']);
    const key = accessKeys.get(`${CLIENT}/u`);
    if (key === undefined) throw new Error('no key');
    const s3 = new S3Client({
      endpoint: sandbox.endpoint,
      region: 'eu-west-1',
      credentials: key,
      forcePathStyle: true,
    });
    const object = await s3.send(new GetObjectCommand({ Bucket: 'data', Key: 'a b/ü.csv' }));
    expect(object.Metadata).toEqual({ from: 'seed' });
    expect(
      (await s3.send(new GetBucketEncryptionCommand({ Bucket: 'data' }))).ServerSideEncryptionConfiguration?.Rules?.[0]
        ?.ApplyServerSideEncryptionByDefault,
    ).toEqual({ SSEAlgorithm: 'aws:kms' });
    expect((await s3.send(new GetBucketPolicyCommand({ Bucket: 'data' }))).Policy).toContain('s3:GetObject');
    expect((await s3.send(new GetPublicAccessBlockCommand({ Bucket: 'data' }))).PublicAccessBlockConfiguration).toEqual(
      { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
    );
  });

  it('has keys in every state, with their policies, grants and aliases', async () => {
    const arn = (letter: string) =>
      `arn:aws:kms:us-east-1:${CLIENT}:key/${letter.repeat(8)}-2222-3333-4444-555555555555`;
    const reader = `arn:aws:iam::${CLIENT}:role/r`;
    const { sandbox } = await start(
      of({
        roles: [{ name: 'r', trust: trustPolicy() }],
        keys: [
          {
            arn: arn('a'),
            aliases: ['alias/reports'],
            grants: [{ granteePrincipal: reader, operations: ['Decrypt'] }],
            policy: policy(
              { Effect: 'Allow', Principal: { AWS: reader }, Action: 'kms:*', Resource: '*' },
              {
                Effect: 'Allow',
                Principal: { AWS: `arn:aws:iam::${CLIENT}:root` },
                Action: 'kms:List*',
                Resource: '*',
              },
            ),
          },
          { arn: arn('b'), state: 'Disabled' },
          { arn: arn('c'), state: 'PendingDeletion' },
          { arn: arn('d'), state: 'Deleted' },
        ],
        buckets: [{ name: 'data', encryption: { algorithm: 'aws:kms', keyArn: arn('d') } }],
      }),
    );
    const kms = (keys: Keys) => new KMSClient({ region: 'us-east-1', endpoint: sandbox.endpoint, credentials: keys });
    const root = kms(rootKeys(CLIENT));
    const state = async (letter: string) =>
      (await root.send(new DescribeKeyCommand({ KeyId: arn(letter) }))).KeyMetadata?.KeyState;
    expect([await state('b'), await state('c')]).toEqual(['Disabled', 'PendingDeletion']);
    expect(await failure(state('d'))).toMatchObject({ code: 'NotFoundException' });
    expect(await failure(state('a'))).toMatchObject({ code: 'AccessDeniedException' });
    const session = await assume(sandbox, rootKeys(CHANNELMIX), 'r');
    const described = await kms(session).send(new DescribeKeyCommand({ KeyId: 'alias/reports' }));
    expect(described.KeyMetadata?.Arn).toBe(arn('a'));
    const { Grants } = await root.send(new ListGrantsCommand({ KeyId: arn('a') }));
    expect(Grants).toMatchObject([{ GranteePrincipal: reader, Operations: ['Decrypt'] }]);
    const put = s3Of(sandbox, rootKeys(CLIENT)).send(new PutObjectCommand({ Bucket: 'data', Key: 'k', Body: 'x' }));
    expect(await failure(put)).toMatchObject({ code: 'KMS.NotFoundException' });
  });

  it('has buckets with every setting, and accounts that block public access', async () => {
    const block = {
      blockPublicAcls: true,
      ignorePublicAcls: true,
      blockPublicPolicy: true,
      restrictPublicBuckets: true,
    };
    const { sandbox } = await start(
      of({
        accountPublicAccessBlocks: { [CLIENT]: block },
        buckets: [
          { name: 'locked', lock: { mode: 'GOVERNANCE', days: 7 }, objects: [{ key: 'k', body: 'x' }] },
          { name: 'careful', versioning: 'Enabled', mfaDelete: true },
          { name: 'paid', requestPayer: 'Requester', ownership: 'ObjectWriter', publicAccessBlock: 'off' },
          {
            name: 'told',
            versioning: 'Enabled',
            notifies: `arn:aws:sqs:us-east-1:${CLIENT}:new-files`,
            replicates: { bucket: 'arn:aws:s3:::locked', role: `arn:aws:iam::${CLIENT}:role/copier` },
          },
        ],
      }),
    );
    const { buckets, publicAccessBlocks } = JSON.parse(JSON.stringify(sandbox.snapshot().s3));
    expect(publicAccessBlocks).toEqual({ [CLIENT]: block });
    expect(buckets.locked).toMatchObject({
      versioning: 'Enabled',
      objectLock: { rule: { mode: 'GOVERNANCE', period: 7, unit: 'Days' } },
    });
    expect(buckets.careful).toMatchObject({ mfaDelete: 'Enabled' });
    expect(buckets.paid).toMatchObject({ ownership: 'ObjectWriter', publicAccessBlock: { blockPublicAcls: false } });
    expect(buckets.told.configurations).toEqual(['notification', 'replication']);
  });

  it('may be called through a VPC endpoint, whose policy counts', async () => {
    const { sandbox } = await start(
      of({
        buckets: [{ name: 'data' }],
        network: {
          sourceVpce: 'vpce-1',
          endpointPolicy: policy({ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' }),
        },
      }),
    );
    const s3 = s3Of(sandbox, rootKeys(CLIENT));
    const put = await failure(s3.send(new PutObjectCommand({ Bucket: 'data', Key: 'k', Body: 'x' })));
    expect(put.message).toContain('because no VPC endpoint policy allows the s3:PutObject action');
    expect((await failure(s3.send(new GetObjectCommand({ Bucket: 'data', Key: 'k' })))).message).toContain(
      's3:ListBucket',
    );
  });

  it('may have lost what a policy names', async () => {
    const { sandbox } = await start(
      of({
        users: [{ account: CHANNELMIX, name: 'etl', deleted: true }],
        roles: [
          {
            name: 'r',
            trust: policy({
              Effect: 'Allow',
              Principal: { AWS: `arn:aws:iam::${CHANNELMIX}:user/etl` },
              Action: 'sts:AssumeRole',
            }),
          },
        ],
      }),
    );
    const { Role } = await iamOf(sandbox, rootKeys(CLIENT)).send(new GetRoleCommand({ RoleName: 'r' }));
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toMatch(/"AWS":"AIDA[A-Z2-7]{17}"/);
    const gone = iamOf(sandbox, rootKeys(CHANNELMIX)).send(new GetUserCommand({ UserName: 'etl' }));
    expect(await failure(gone)).toMatchObject({ code: 'NoSuchEntityException' });
  });

  it('binds the root user by the organization only when all is there', async () => {
    const denyAll = policy({ Effect: 'Deny', Action: 's3:*', Resource: '*' });
    const { sandbox } = await start(
      of({
        buckets: [{ name: 'data', objects: [{ key: 'k', body: 'x' }] }],
        organization: {
          id: 'o-1',
          members: { [CLIENT]: { scps: [[JSON.parse(JSON.stringify(denyAll))]] } },
        },
      }),
    );
    const get = s3Of(sandbox, rootKeys(CLIENT)).send(new GetObjectCommand({ Bucket: 'data', Key: 'k' }));
    expect((await failure(get)).message).toContain('with an explicit deny in a service control policy');
  });

  it('that is new is still spreading', async () => {
    const { sandbox } = await start(
      of({ ageSeconds: 0, faults: ['iam-delay=10s'], roles: [{ name: 'r', trust: trustPolicy() }] }),
    );
    expect(await failure(assume(sandbox, rootKeys(CHANNELMIX), 'r'))).toMatchObject({ code: 'AccessDenied' });
    sandbox.clock.advance(10_000);
    await assume(sandbox, rootKeys(CHANNELMIX), 'r');
  });

  it('names what a service refuses in it, in the words of the service', async () => {
    const wrong = of({ roles: [{ name: 'r', trust: policy({ Effect: 'Allow', Action: 's3:*', Resource: '*' }) }] });
    await expect(startScenario(wrong)).rejects.toMatchObject({ code: 'MalformedPolicyDocument' });
  });
});

describe('whoever verifies a scenario', () => {
  const world: ScenarioWorld = {
    users: [
      { account: CHANNELMIX, name: 'etl', attached: ['arn:aws:iam::aws:policy/AdministratorAccess'] },
      { name: 'u' },
    ],
    roles: [{ account: CHANNELMIX, name: 'worker', trust: trustPolicy() }],
  };
  const identity = async (verify: Partial<Scenario['verify']>): Promise<string | undefined> => {
    const { sandbox, caller } = await start(of(world, verify));
    return (await stsOf(sandbox, caller).send(new GetCallerIdentityCommand({}))).Arn;
  };

  it.each([
    ['the root user of ChannelMix', {}, `arn:aws:iam::${CHANNELMIX}:root`],
    ['a user', { caller: { account: CHANNELMIX, user: 'etl' } }, `arn:aws:iam::${CHANNELMIX}:user/etl`],
    [
      'the session of a role',
      { caller: { account: CHANNELMIX, role: 'worker' } },
      `arn:aws:sts::${CHANNELMIX}:assumed-role/worker/verifier`,
    ],
    ['the user of the key', { keyOf: { user: 'u' } }, `arn:aws:iam::${CLIENT}:user/u`],
  ] as const)('is %s', async (_, verify, arn) => {
    expect(await identity(verify)).toBe(arn);
  });

  it('may have a session that has expired', async () => {
    const expired = identity({ caller: { account: CHANNELMIX, role: 'worker', expired: true } });
    expect(await failure(expired)).toMatchObject({ code: 'ExpiredToken' });
  });
});
