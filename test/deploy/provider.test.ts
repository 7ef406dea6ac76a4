import type * as pulumi from '@pulumi/pulumi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withClients } from '../../src/deploy/clients.ts';
import { mappingProvider } from '../../src/deploy/provider.ts';
import { bucketSettings, permissionsOf, principalOf } from '../stacks/reading.ts';
import { openAccount, type TestAccount } from './account.ts';

type Provider = Required<
  Pick<pulumi.provider.Provider, 'check' | 'create' | 'delete' | 'diff' | 'invoke' | 'read' | 'update'>
>;

/** How Pulumi's protocol marks an unknown and a secret value. */
const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';
const secret = (value: unknown) => ({ '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270', value });

let account: TestAccount;
let provider: Provider;
let closeClients: () => void;

beforeAll(async () => {
  account = await openAccount();
  await new Promise<void>((ready) => {
    void withClients(account.target, async (clients) => {
      provider = mappingProvider(clients, '7.48.0') as Provider;
      ready();
      await new Promise<void>((resolve) => {
        closeClients = resolve;
      });
    });
  });
});

afterAll(async () => {
  closeClients();
  await account.close();
});

const urn = (type: string) => `urn:pulumi:dev::channelmix-s3::channelmix:s3:S3Access$${type}::some-name`;
const ROLE = urn('aws:iam/role:Role');

describe('check', () => {
  it('refuses an unknown type and an unknown input by name', async () => {
    const group = await provider.check(urn('aws:iam/group:Group'), {}, { name: 'x' });
    expect(group.failures).toEqual([{ property: '', reason: 'unknown resource type aws:iam/group:Group' }]);
    const role = await provider.check(ROLE, {}, { name: 'x', assumeRolePolicy: '{}', maxSessionDuration: 3600 });
    expect(role.failures).toMatchObject([{ property: 'maxSessionDuration' }]);
  });

  it('takes values that are secret or, in a preview, not known yet', async () => {
    const { failures } = await provider.check(ROLE, {}, { name: UNKNOWN, assumeRolePolicy: secret('{}') });
    expect(failures).toEqual([]);
  });
});

describe('diff', () => {
  const state = { name: 'x', assumeRolePolicy: '{}', tags: { a: '1', b: '2' }, arn: 'arn', uniqueId: 'id' };

  it.each([
    ['nothing', {}, { changes: false, replaces: [] }],
    ['the order of tags', { tags: { b: '2', a: '1' } }, { changes: false, replaces: [] }],
    ['a tag', { tags: { a: '1', b: '3' } }, { changes: true, replaces: [] }],
    ['no tags', { tags: undefined }, { changes: true, replaces: [] }],
    ['the trust policy', { assumeRolePolicy: '{"x":1}' }, { changes: true, replaces: [] }],
    ['the name', { name: 'y' }, { changes: true, replaces: ['name'] }],
    ['a name not known yet', { name: UNKNOWN }, { changes: true, replaces: ['name'] }],
  ])('sees a change of %s', async (_name, change, expected) => {
    const news = { name: 'x', assumeRolePolicy: '{}', tags: state.tags, ...change };
    expect(await provider.diff('x', ROLE, state, news)).toEqual(expected);
  });
});

describe('update in place', () => {
  it('brings a role to new inputs, and back', async () => {
    const boundary = 'arn:aws:iam::aws:policy/AmazonS3FullAccess';
    const before = { name: 'changing', assumeRolePolicy: trust('031871504755'), tags: { a: '1', b: '2' } };
    const after = {
      ...before,
      description: 'new',
      assumeRolePolicy: trust('111122223333'),
      permissionsBoundary: boundary,
      tags: { b: '3', c: '4' },
    };
    const { id, outs } = await provider.create(ROLE, before);
    const { outs: changed } = await provider.update(id, ROLE, outs, after);
    expect(await principalOf(account, 'role', 'changing')).toMatchObject({ boundary, tags: { b: '3', c: '4' } });
    expect((await principalOf(account, 'role', 'changing')).trust).toEqual(JSON.parse(after.assumeRolePolicy));
    expect(await provider.diff(id, ROLE, changed, after)).toMatchObject({ changes: false });
    await provider.update(id, ROLE, changed, before);
    expect(await principalOf(account, 'role', 'changing')).toMatchObject({ boundary: '', tags: before.tags });
    await provider.delete(id, ROLE, changed);
    await provider.delete(id, ROLE, changed);
    expect(await account.inventory()).toEqual([]);
  });

  it('brings a user to new inputs, and back', async () => {
    const type = urn('aws:iam/user:User');
    const boundary = 'arn:aws:iam::aws:policy/AmazonS3FullAccess';
    const { id, outs } = await provider.create(type, { name: 'changing', tags: { a: '1' } });
    const { outs: changed } = await provider.update(id, type, outs, {
      name: 'changing',
      permissionsBoundary: boundary,
    });
    expect(await principalOf(account, 'key', 'changing')).toMatchObject({ boundary, tags: {} });
    await provider.update(id, type, changed, { name: 'changing', tags: { a: '1' } });
    expect(await principalOf(account, 'key', 'changing')).toMatchObject({ boundary: '', tags: { a: '1' } });
    await provider.delete(id, type, changed);
  });

  it('gives a managed policy a new default version, more often than it may have versions', async () => {
    const type = urn('aws:iam/policy:Policy');
    const { id, outs } = await provider.create(type, { name: 'versions', policy: allow('s3:GetObject') });
    const user = urn('aws:iam/user:User');
    const attachment = urn('aws:iam/userPolicyAttachment:UserPolicyAttachment');
    const { id: userId, outs: userState } = await provider.create(user, { name: 'reader' });
    const attached = await provider.create(attachment, { user: 'reader', policyArn: id });
    let state = outs;
    for (const action of [
      's3:PutObject',
      's3:DeleteObject',
      's3:ListBucket',
      's3:GetObject',
      's3:PutObject',
      's3:GetObjectTagging',
    ]) {
      ({ outs: state } = await provider.update(id, type, state, { name: 'versions', policy: allow(action) }));
    }
    const { own } = await permissionsOf(account, 'key', 'reader');
    expect(own).toEqual([JSON.parse(allow('s3:GetObjectTagging'))]);
    await provider.delete(attached.id, attachment, attached.outs);
    await provider.delete(userId, user, userState);
    await provider.delete(id, type, state);
    expect(await account.inventory()).toEqual([]);
  });

  it('brings the settings of a bucket to new inputs', async () => {
    const bucket = urn('aws:s3/bucket:Bucket');
    const { id, outs } = await provider.create(bucket, { bucket: 'changing-bucket', tags: { a: '1' } });
    const settings: readonly [string, object, object][] = [
      [
        'aws:s3/bucketVersioning:BucketVersioning',
        { versioningConfiguration: { status: 'Enabled' } },
        { versioningConfiguration: { status: 'Suspended' } },
      ],
      [
        'aws:s3/bucketOwnershipControls:BucketOwnershipControls',
        { rule: { objectOwnership: 'ObjectWriter' } },
        { rule: { objectOwnership: 'BucketOwnerEnforced' } },
      ],
      ['aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock', access(false), access(true)],
      [
        'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration',
        { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms' }, bucketKeyEnabled: true }] },
        { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }] },
      ],
      ['aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration', lifecycle(1), lifecycle(2)],
      [
        'aws:s3/bucketPolicy:BucketPolicy',
        { policy: denyTo('changing-bucket', 'one') },
        { policy: denyTo('changing-bucket', 'two') },
      ],
    ];
    for (const [type, before, after] of settings) {
      const made = await provider.create(urn(type), { bucket: id, ...before });
      const { outs: changed } = await provider.update(made.id, urn(type), made.outs, { bucket: id, ...after });
      expect(await provider.diff(made.id, urn(type), changed, { bucket: id, ...after })).toMatchObject({
        changes: false,
      });
    }
    await provider.update(id, bucket, outs, { bucket: 'changing-bucket', tags: { b: '2' } });
    expect(await bucketSettings(account, 'changing-bucket')).toMatchObject({
      versioning: 'Suspended',
      ownership: ['BucketOwnerEnforced'],
      publicAccess: { BlockPublicAcls: true },
      encryption: { algorithm: 'AES256' },
      lifecycle: [{ id: 'rule', abortDays: 2 }],
      policy: [{ Sid: 'two' }],
      tags: { b: '2' },
    });
    for (const [type, , after] of settings.toReversed()) await provider.delete(id, urn(type), { bucket: id, ...after });
    await provider.update(id, bucket, { ...outs, tags: { b: '2' } }, { bucket: 'changing-bucket' });
    await provider.delete(id, bucket, outs);
    expect(await account.inventory()).toEqual([]);
  });

  it('says what could not be updated or deleted', async () => {
    const state = { name: 'absent', assumeRolePolicy: trust('031871504755'), arn: 'a', uniqueId: 'u' };
    const news = { name: 'absent', assumeRolePolicy: trust('111122223333') };
    await expect(provider.update('absent', ROLE, state, news)).rejects.toThrow(
      'could not update aws:iam/role:Role "some-name": NoSuchEntity',
    );
    const attachment = urn('aws:iam/rolePolicyAttachment:RolePolicyAttachment');
    await expect(provider.update('x', attachment, {}, {})).rejects.toThrow('has no update');
  });
});

it('does not claim to have read what it cannot read', async () => {
  await expect(provider.read('x', ROLE)).rejects.toThrow('the resource mapping cannot refresh or import');
});

it('answers the functions that the programs call', async () => {
  const identity = await provider.invoke('aws:index/getCallerIdentity:getCallerIdentity', {});
  expect(identity.outputs).toMatchObject({ accountId: '111122223333', arn: 'arn:aws:iam::111122223333:root' });
  const partition = await provider.invoke('aws:index/getPartition:getPartition', {});
  expect(partition.outputs).toMatchObject({ partition: 'aws' });
  await expect(provider.invoke('aws:index/getPartition:getPartition', { id: 'x' })).rejects.toThrow(
    'id is not an input',
  );
});

function trust(accountId: string): string {
  const Statement = [
    { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: 'sts:AssumeRole' },
  ];
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

function allow(Action: string): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
}

function denyTo(bucket: string, Sid: string): string {
  const statement = {
    Sid,
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::${bucket}/*`,
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

function access(blocked: boolean): object {
  return {
    blockPublicAcls: blocked,
    blockPublicPolicy: blocked,
    ignorePublicAcls: blocked,
    restrictPublicBuckets: blocked,
  };
}

function lifecycle(daysAfterInitiation: number): object {
  return { rules: [{ id: 'rule', status: 'Enabled', abortIncompleteMultipartUpload: { daysAfterInitiation } }] };
}
