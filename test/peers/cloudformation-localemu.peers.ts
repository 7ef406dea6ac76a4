import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readGrant } from '../../src/documents/read-grant.ts';
import { cloudFormationTemplate } from '../../src/generate/cloudformation/index.ts';
import { GRANTS } from '../generate/cloudformation/grants.ts';
import { type ForkedCli, startForkedCli } from './forked-cli.ts';
import { channelMixUser, environment, verifyGranted } from './generated-script.ts';
import { ACCOUNTS } from './localemu.ts';
import { judges, localemuPeer, type Peer } from './peers.ts';
import { run } from './processes.ts';
import { asRoot, type Credentials, policyDocument } from './stage.ts';

const prepared = judges();
const timeout = 300_000;

/**
 * LocalEmu's CloudFormation leaves out of a bucket its encryption, public access block, ownership and lifecycle, which cfn-lint judges
 * instead, by AWS's own schema of the resource; and it reads over the rules of a template.
 */
describe.skipIf(prepared === null)('a generated template with the real AWS CLI, at LocalEmu', () => {
  let cli: ForkedCli;
  let peer: Peer;
  let caller: Credentials;
  let home = '';
  let iam: ReturnType<typeof asRoot>['iam'];
  let s3: ReturnType<typeof asRoot>['s3'];

  beforeAll(async () => {
    if (prepared === null) return;
    peer = localemuPeer(prepared);
    ({ iam, s3 } = asRoot(peer, ACCOUNTS.client));
    cli = await startForkedCli(prepared.clientsPython);
    home = await mkdtemp(join(tmpdir(), 'channelmix-cloudformation-'));
    caller = await channelMixUser(peer);
  }, timeout);
  afterAll(async () => {
    await cli?.stop();
    await rm(home, { recursive: true, force: true });
  });

  /** What a command of the AWS CLI prints; throws with its own words when it ends with an error. */
  async function aws(...args: readonly string[]): Promise<string> {
    const done = await run(join(cli.path, 'aws'), ['--region', 'us-east-1', ...args], {
      env: environment(cli.path, peer, home),
      seconds: 120,
    });
    if (done.code !== 0) throw new Error(`aws ${args.slice(0, 2).join(' ')} ended with ${done.code}: ${done.stderr}`);
    return done.stdout;
  }

  /** Deploys a grant, and gives the outputs of its stack. */
  async function deploy(stack: string, grant: object, ...parameters: readonly string[]) {
    const path = join(home, `${stack}.yaml`);
    await writeFile(path, cloudFormationTemplate(readGrant(grant, { name: 'the grant' })));
    const more = parameters.length === 0 ? [] : ['--parameter-overrides', ...parameters];
    const names = ['--stack-name', stack, '--capabilities', 'CAPABILITY_NAMED_IAM'];
    await aws('cloudformation', 'deploy', '--template-file', path, ...names, ...more);
    const text = await aws('cloudformation', 'describe-stacks', '--stack-name', stack, '--output', 'json');
    const { Outputs } = JSON.parse(text).Stacks[0] as {
      readonly Outputs: readonly { readonly OutputKey: string; readonly OutputValue: string }[];
    };
    return Object.fromEntries(Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  }

  async function statusOf(stack: string): Promise<string> {
    const query = ['--query', 'Stacks[0].StackStatus', '--output', 'text'];
    return aws('cloudformation', 'describe-stacks', '--stack-name', stack, ...query).catch(String);
  }

  async function remove(stack: string): Promise<void> {
    await aws('cloudformation', 'delete-stack', '--stack-name', stack);
    // The CLI's own waiter asks every half minute.
    const gone = async () => expect(await statusOf(stack)).toMatch(/DELETE_COMPLETE|does not exist/);
    await vi.waitFor(gone, { interval: 500, timeout: 60_000 });
  }

  const named = (what: string) => `channelmix-${what}-${randomUUID().slice(0, 8)}`;
  async function makeBucket(): Promise<string> {
    const bucket = named('old');
    await s3.createBucket({ Bucket: bucket });
    return bucket;
  }

  test.concurrent('every template is one for CloudFormation', { timeout }, async () => {
    for (const [name, input] of Object.entries(GRANTS)) {
      for (const stackSet of [false, true]) {
        const path = join(home, `${name}.yaml`);
        const text = cloudFormationTemplate(readGrant(input, { name }), { stackSet });
        await writeFile(path, text);
        const answer = await aws(
          'cloudformation',
          'validate-template',
          '--template-body',
          `file://${path}`,
          '--output',
          'json',
        );
        expect(JSON.parse(answer).Parameters.length, name).toBe(text.match(/^ {4}AllowedPattern: /gm)?.length);
      }
    }
  });

  test.concurrent('a role with a new bucket: verified, changed in place, verified, and removed, where the data stays', {
    timeout,
  }, async () => {
    const [bucket, stack] = [named('new'), named('stack')];
    const roleName = named('role');
    const grant = { bucket, createBucket: true, roleName, tags: { team: 'a b', yes: 'no' } };
    const outputs = await deploy(stack, grant);
    expect(outputs).toEqual({
      AwsAccessKeyId: 'n/a',
      AwsSecretAccessKey: 'n/a',
      RoleArn: `arn:aws:iam::${ACCOUNTS.client}:role/${roleName}`,
      ChannelMixAwsAccountId: ACCOUNTS.channelMix,
    });
    const { RoleArn: roleArn = '' } = outputs;
    expect(await verifyGranted(peer, { roleArn, caller }, { bucket })).toEqual([]);
    expect(await verifyGranted(peer, { roleArn, caller }, { bucket, access: 'extended' })).not.toEqual([]);
    expect((await s3.getBucketVersioning({ Bucket: bucket })).Status).toBe('Enabled');
    const { Role: before } = await iam.getRole({ RoleName: roleName });

    expect((await deploy(stack, { ...grant, access: 'extended' })).RoleArn).toBe(roleArn);
    expect(await verifyGranted(peer, { roleArn, caller }, { bucket, access: 'extended' })).toEqual([]);
    expect((await iam.getRole({ RoleName: roleName })).Role?.RoleId).toBe(before?.RoleId);

    await s3.putObject({ Bucket: bucket, Key: 'Client123/report.csv', Body: 'a,b' });
    await remove(stack);
    await expect(iam.getRole({ RoleName: roleName })).rejects.toMatchObject({ name: 'NoSuchEntityException' });
    const kept = await s3.getObject({ Bucket: bucket, Key: 'Client123/report.csv' });
    expect(await kept.Body?.transformToString()).toBe('a,b');
    expect((await s3.getBucketPolicy({ Bucket: bucket })).Policy).toContain('aws:SecureTransport');
  });

  test.concurrent('a bucket that is not protected goes with its stack', { timeout }, async () => {
    const [bucket, stack] = [named('new'), named('stack')];
    await deploy(stack, { bucket, createBucket: true, protectBucket: false, access: 'full', roleName: named('role') });
    await s3.headBucket({ Bucket: bucket });
    await remove(stack);
    await expect(s3.headBucket({ Bucket: bucket })).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
  });

  test.concurrent('a key: its secret is in Secrets Manager alone; verified, and removed', { timeout }, async () => {
    const [bucket, stack, userName] = [await makeBucket(), named('stack'), named('user')];
    const outputs = await deploy(stack, { auth: 'key', access: 'extended', bucket, roleName: userName });
    const { AwsAccessKeyId: accessKeyId = '', SecretAccessKeyArn: arn = '' } = outputs;
    const answer = await aws('secretsmanager', 'get-secret-value', '--secret-id', arn, '--output', 'json');
    const secretAccessKey: string = JSON.parse(answer).SecretString;
    expect(outputs).toMatchObject({ RoleArn: 'n/a', ChannelMixAwsAccountId: 'n/a' });
    expect(JSON.stringify(outputs)).not.toContain(secretAccessKey);
    const who = { caller: { accessKeyId, secretAccessKey } };
    expect(await verifyGranted(peer, who, { bucket, access: 'extended' })).toEqual([]);

    await remove(stack);
    await expect(iam.getUser({ UserName: userName })).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  });

  test.concurrent('several buckets with folders, tags, a path and a boundary, under names that are given at the deployment', {
    timeout,
  }, async () => {
    const [first, second, stack, boundaryName] = [
      await makeBucket(),
      await makeBucket(),
      named('stack'),
      named('boundary'),
    ];
    const statement = { Effect: 'Allow', Action: ['s3:*'], Resource: '*' };
    const { Policy } = await iam.createPolicy({ PolicyName: boundaryName, PolicyDocument: policyDocument(statement) });
    const prefixes = ["it's/100%/", 'b (c) "d"/', '# e: f/'];
    const grant = {
      buckets: [{ name: 'one-bucket', prefixes }, { name: 'two-bucket' }],
      rolePath: '/vendors/',
      permissionsBoundary: Policy?.Arn,
    };
    const roleName = named('role');
    const parameters = [`RoleName=${roleName}`, `BucketNameOneBucket=${first}`, `BucketNameTwoBucket=${second}`];
    const { RoleArn: roleArn = '' } = await deploy(stack, grant, ...parameters);
    expect(roleArn).toBe(`arn:aws:iam::${ACCOUNTS.client}:role/vendors/${roleName}`);
    const { Role } = await iam.getRole({ RoleName: roleName });
    expect(Role?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(Policy?.Arn);
    // "prefix-condition" in differences.json: LocalEmu does not know the condition key s3:prefix.
    const wrong = await verifyGranted(peer, { roleArn, caller }, { bucket: first, prefixes });
    expect(wrong.filter((check) => !check.startsWith('list-bucket: '))).toEqual([]);
    expect(await verifyGranted(peer, { roleArn, caller }, { bucket: second })).toEqual([]);
    await remove(stack);
  });

  test.concurrent('a new bucket with a KMS key', { timeout }, async () => {
    const answer = JSON.parse(await aws('kms', 'create-key', '--output', 'json'));
    const kmsKeyArn: string = answer.KeyMetadata.Arn;
    const [bucket, stack, roleName] = [named('new'), named('stack'), named('role')];
    const grant = { bucket, createBucket: true, protectBucket: false, kmsKeyArn, roleName };
    const { RoleArn: roleArn = '', KeyPolicyStatement = '' } = await deploy(stack, grant);
    expect(JSON.parse(KeyPolicyStatement).Principal).toEqual({ AWS: roleArn });
    const { PolicyDocument = '' } = await iam.getRolePolicy({ RoleName: roleName, PolicyName: 'channelmix-s3' });
    expect(decodeURIComponent(PolicyDocument)).toContain(kmsKeyArn);
    expect(await verifyGranted(peer, { roleArn, caller }, { bucket })).toEqual([]);
    await remove(stack);
  });

  test.concurrent('more buckets than one policy can hold', { timeout }, async () => {
    const [bucket, stack, roleName] = [await makeBucket(), named('stack'), named('role')];
    const others = Array.from({ length: 60 }, (_, index) => ({ name: `one-of-many-buckets-of-a-client-${index}` }));
    const { RoleArn: roleArn = '' } = await deploy(stack, { buckets: [...others, { name: bucket }], roleName });
    const { AttachedPolicies } = await iam.listAttachedRolePolicies({ RoleName: roleName });
    expect(AttachedPolicies?.length).toBeGreaterThan(1);
    expect(await verifyGranted(peer, { roleArn, caller }, { bucket })).toEqual([]);
    await remove(stack);
    await expect(iam.getRole({ RoleName: roleName })).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  });
});
