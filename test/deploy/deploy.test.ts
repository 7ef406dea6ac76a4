import { getRegions } from '@pulumi/aws/getRegions.js';
import * as iam from '@pulumi/aws/iam/index.js';
import * as s3 from '@pulumi/aws/s3/index.js';
import * as pulumi from '@pulumi/pulumi';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Deployment, deploy, type Program } from '../../src/deploy/index.ts';
import { KitError } from '../../src/model/errors.ts';
import { openAccount, type TestAccount } from './account.ts';

const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::031871504755:root' }, Action: 'sts:AssumeRole' }],
});

let account: TestAccount;
let deployed: Deployment[] = [];

beforeAll(async () => {
  account = await openAccount();
});

afterEach(async () => {
  for (const deployment of deployed) await deployment.destroy({ deleteRetained: true, deleteObjects: true });
  deployed = [];
});

afterAll(() => account.close());

describe('what the mapping does not know', () => {
  const cases: readonly [string, Program, string][] = [
    [
      'a resource type',
      async () => ({ group: new iam.Group('g', { name: 'g' }).arn }),
      'unknown resource type aws:iam/group:Group',
    ],
    [
      'an input',
      async () => ({ role: new iam.Role('r', { name: 'r', assumeRolePolicy: TRUST, maxSessionDuration: 7200 }).arn }),
      'aws:iam/role:Role "r": maxSessionDuration is not an input that the resource mapping knows',
    ],
    [
      'an input inside another',
      async () => {
        const rules = [{ id: 'x', status: 'Enabled', transitions: [{ days: 30, storageClass: 'GLACIER' }] }];
        return { id: new s3.BucketLifecycleConfiguration('l', { bucket: 'my-bucket', rules }).id };
      },
      'rules[0].transitions is not an input that the resource mapping knows',
    ],
    [
      'the lack of a name, which the AWS provider would make up',
      async () => ({ role: new iam.Role('r', { assumeRolePolicy: TRUST }).arn }),
      'aws:iam/role:Role "r": name is required',
    ],
    [
      'an input of another type',
      async () => ({ role: new iam.Role('r', { name: 7 as never, assumeRolePolicy: TRUST }).arn }),
      'aws:iam/role:Role "r": name must be a string, not number',
    ],
    [
      'a function',
      async () => ({ regions: (await getRegions()).names }),
      'unknown function aws:index/getRegions:getRegions',
    ],
    [
      'reading what exists',
      async () => ({ role: iam.Role.get('r', 'some-role').arn }),
      'aws:iam/role:Role "r": reading or importing resources is not in the mapping',
    ],
    [
      'the same resource again',
      async () => {
        new iam.Role('r', { name: 'one', assumeRolePolicy: TRUST });
        const second = new iam.Role('r', { name: 'two', assumeRolePolicy: TRUST });
        return { arn: second.arn };
      },
      'aws:iam/role:Role "r" is declared twice',
    ],
  ];

  it.each(cases)('is an error that names it: %s', async (_name, program, message) => {
    await expect(run(program)).rejects.toThrow(message);
    await expect(run(program)).rejects.toMatchObject({ code: 'internal' });
    expect(await account.inventory()).toEqual([]);
  });
});

describe('a deployment that fails', () => {
  it('removes what it made, and leaves what was there before', async () => {
    await account.iam.createRole({ RoleName: 'taken', AssumeRolePolicyDocument: TRUST });
    const failure = await run(async () => {
      const first = new iam.Role('first', { name: 'first', assumeRolePolicy: TRUST });
      const policy = new iam.RolePolicy('policy', { name: 'p', role: first.name, policy: TRUST_FREE });
      const bucket = new s3.Bucket('bucket', { bucket: 'fresh-bucket' }, { protect: true });
      return {
        second: new iam.Role('second', { name: 'taken', assumeRolePolicy: TRUST }, { dependsOn: [policy, bucket] }).arn,
      };
    }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(KitError);
    expect((failure as Error).message).toBe(
      'could not create aws:iam/role:Role "second": taken exists already and is not taken over',
    );
    expect(await account.inventory()).toEqual(['role taken']);
    await account.iam.deleteRole({ RoleName: 'taken' });
  });

  it('waits for calls that are under way, so that they leave nothing', async () => {
    const program: Program = async () => {
      for (const index of [1, 2, 3, 4, 5, 6]) new s3.Bucket(`b${index}`, { bucket: `under-way-${index}` });
      return { bad: new iam.Role('bad', { name: 'bad', assumeRolePolicy: 'no policy' }).arn };
    };
    await expect(run(program)).rejects.toThrow('could not create aws:iam/role:Role "bad": MalformedPolicyDocument');
    expect(await account.inventory()).toEqual([]);
  });

  it('tells the error of the program itself, and removes what it declared before', async () => {
    const program: Program = async () => {
      new iam.Role('role', { name: 'early', assumeRolePolicy: TRUST });
      await Promise.resolve();
      throw new KitError('input', 'the config is wrong');
    };
    await expect(run(program)).rejects.toThrow(new KitError('input', 'the config is wrong'));
    expect(await account.inventory()).toEqual([]);
  });

  it('does not take over a bucket that exists, which S3 in us-east-1 would allow', async () => {
    await account.s3.createBucket({ Bucket: 'there-before' });
    const program: Program = async () => ({ arn: new s3.Bucket('b', { bucket: 'there-before' }).arn });
    await expect(run(program)).rejects.toThrow('there-before exists already and is not taken over');
    expect(await account.inventory()).toEqual(['bucket there-before']);
    await account.s3.deleteBucket({ Bucket: 'there-before' });
  });

  it('says that the service cannot be reached', async () => {
    const failure = deploy({ ...account.target, endpoint: 'http://127.0.0.1:9', program: oneRole, config: {} });
    await expect(failure).rejects.toMatchObject({ code: 'network' });
  });

  it('says that the credentials are wrong', async () => {
    const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' };
    const failure = deploy({ ...account.target, credentials, program: oneRole, config: {} });
    await expect(failure).rejects.toMatchObject({ code: 'credentials' });
  });
});

describe('destroy', () => {
  it('goes backwards through the order of creation', async () => {
    const { destroy, resources } = await run(roleWithPolicy);
    const { removed } = await destroy();
    expect(removed.map(({ name }) => name)).toEqual(['policy', 'role']);
    expect(resources.map(({ name }) => name)).toEqual(['role', 'policy']);
    expect(await account.inventory()).toEqual([]);
  });

  it.each([
    ['protected', { protect: true }],
    ['kept on delete', { retainOnDelete: true }],
  ])('leaves a resource that is %s, and its children, until told otherwise', async (_name, options) => {
    const deployment = await run(async () => {
      const parent = new s3.Bucket('parent', { bucket: 'kept-bucket' }, options);
      const versioningConfiguration = { status: 'Enabled' };
      new s3.BucketVersioning('child', { bucket: parent.bucket, versioningConfiguration }, { parent });
      return { arn: parent.arn };
    });
    const first = await deployment.destroy();
    expect(first.removed).toEqual([]);
    expect(first.retained.map(({ name }) => name)).toEqual(['parent', 'child']);
    expect(await account.inventory()).toEqual(['bucket kept-bucket']);
    await deployment.destroy({ deleteRetained: true });
    expect(await account.inventory()).toEqual([]);
  });

  it('does not delete a bucket with data unless told so in so many words', async () => {
    const deployment = await run(async () => ({ name: new s3.Bucket('b', { bucket: 'full-bucket' }).bucket }));
    await account.s3.putBucketVersioning({ Bucket: 'full-bucket', VersioningConfiguration: { Status: 'Enabled' } });
    for (const Body of ['one', 'two']) await account.s3.putObject({ Bucket: 'full-bucket', Key: 'a.csv', Body });
    await account.s3.deleteObject({ Bucket: 'full-bucket', Key: 'a.csv' });
    await account.s3.createMultipartUpload({ Bucket: 'full-bucket', Key: 'b.csv' });
    const failure = await deployment.destroy({ deleteRetained: true }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'leftover' });
    expect((failure as Error).message).toMatch(
      /could not remove aws:s3\/bucket:Bucket "b" \(full-bucket\): BucketNotEmpty/,
    );
    expect(await account.inventory()).toEqual(['bucket full-bucket']);
    const { removed } = await deployment.destroy({ deleteRetained: true, deleteObjects: true });
    expect(removed).toHaveLength(1);
    expect(await account.inventory()).toEqual([]);
  });

  it('goes on after a failure, and a second call does the rest', async () => {
    const deployment = await run(async () => {
      const role = new iam.Role('role', { name: 'held', assumeRolePolicy: TRUST });
      return { role: role.arn, bucket: new s3.Bucket('b', { bucket: 'free-bucket' }, { dependsOn: [role] }).arn };
    });
    await account.iam.putRolePolicy({ RoleName: 'held', PolicyName: 'by-hand', PolicyDocument: TRUST_FREE });
    await expect(deployment.destroy()).rejects.toThrow(
      'could not remove aws:iam/role:Role "role" (held): DeleteConflict',
    );
    expect(await account.inventory()).toEqual(['role held']);
    await account.iam.deleteRolePolicy({ RoleName: 'held', PolicyName: 'by-hand' });
    expect((await deployment.destroy()).removed.map(({ name }) => name)).toEqual(['role']);
  });

  it('takes what is gone already for removed', async () => {
    const deployment = await run(roleWithPolicy);
    await account.iam.deleteRolePolicy({ RoleName: 'role', PolicyName: 'p' });
    await account.iam.deleteRole({ RoleName: 'role' });
    expect((await deployment.destroy()).removed).toHaveLength(2);
  });
});

describe('deploy', () => {
  it('gives the outputs with the paths of those that are secret', async () => {
    const { outputs, secretOutputs } = await run(async () => ({
      plain: 'text',
      secret: pulumi.secret('hidden'),
      nested: { open: 1, closed: pulumi.secret([2]) },
      later: new iam.Role('r', { name: 'later', assumeRolePolicy: TRUST }).name,
    }));
    expect(outputs).toEqual({ plain: 'text', secret: 'hidden', nested: { open: 1, closed: [2] }, later: 'later' });
    expect(secretOutputs).toEqual(['secret', 'nested.closed']);
  });

  it('creates what no output depends on before it returns', async () => {
    const { resources } = await run(async () => {
      new iam.Role('unused', { name: 'unused', assumeRolePolicy: TRUST });
      return {};
    });
    expect(resources.map(({ id }) => id)).toEqual(['unused']);
  });

  it('runs one program after another, each with its own config', async () => {
    const program: Program = async () => {
      const name = new pulumi.Config().require('name');
      await new Promise((resolve) => setImmediate(resolve));
      return {
        arn: new iam.Role('r', { name, assumeRolePolicy: TRUST }).arn,
        again: new pulumi.Config().require('name'),
      };
    };
    const both = await Promise.all(['one', 'two'].map((name) => run(program, { name })));
    expect(both.map(({ outputs }) => outputs)).toEqual([
      { arn: 'arn:aws:iam::111122223333:role/one', again: 'one' },
      { arn: 'arn:aws:iam::111122223333:role/two', again: 'two' },
    ]);
  });

  it('works after one that failed', async () => {
    await expect(run(async () => ({ x: new iam.Group('g', {}).id }))).rejects.toThrow('unknown resource type');
    await expect(run(oneRole)).resolves.toMatchObject({ outputs: { arn: 'arn:aws:iam::111122223333:role/only' } });
  });
});

const TRUST_FREE = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::my-bucket/*' }],
});

const oneRole: Program = async () => ({ arn: new iam.Role('r', { name: 'only', assumeRolePolicy: TRUST }).arn });

const roleWithPolicy: Program = async () => {
  const role = new iam.Role('role', { name: 'role', assumeRolePolicy: TRUST });
  return { id: new iam.RolePolicy('policy', { name: 'p', role: role.name, policy: TRUST_FREE }).id };
};

async function run(program: Program, config: Readonly<Record<string, unknown>> = {}): Promise<Deployment> {
  const deployment = await deploy({ ...account.target, program, config });
  deployed.push(deployment);
  return deployment;
}
