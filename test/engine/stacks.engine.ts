import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import wrongConfigs from '../cases/pulumi-config.json' with { type: 'json' };
import { permissionsOf, principalOf } from '../stacks/reading.ts';
import { type EngineStack, findPulumi, openStack } from './project.ts';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

/** The engine writes flags, lists and maps of the YAML as JSON, so these are told like those of test/stacks. */
const REFUSED = wrongConfigs.refused.filter(({ name }) =>
  [
    'an unknown key',
    'text for a list',
    'an uppercase bucket',
    'an empty list of buckets',
    'a prefix that leaves the bucket',
    'a prefix with a leading slash',
    'a role name of 65 characters',
    'a role in another partition',
  ].includes(name),
);

let stack: EngineStack;

describe.skipIf(findPulumi() === undefined)('with the Pulumi engine', () => {
  beforeAll(async () => {
    stack = await openStack();
    const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const;
    await stack.account.s3.createBucket({ Bucket: 'existing-bucket', CreateBucketConfiguration });
  });

  afterEach(async () => {
    // Whatever a test left goes, protected or not.
    const inventory = await stack.account.inventory();
    if (inventory.includes('bucket new-bucket')) await stack.pulumi('state', 'unprotect', '--all', '--yes');
    if (inventory.length > 1)
      expect(await stack.pulumi('destroy', '--yes', '--skip-preview')).toMatchObject({ code: 0 });
    const { Buckets = [] } = await stack.account.s3.listBuckets({});
    for (const { Name } of Buckets)
      if (Name !== 'existing-bucket') await stack.account.s3.deleteBucket({ Bucket: Name ?? '' });
    expect(await stack.account.inventory()).toEqual(['bucket existing-bucket']);
  });

  afterAll(() => stack.close());

  it.each([
    ['a role for an existing bucket', { bucket: 'existing-bucket' }],
    ['a role with extended access to a new bucket', { access: 'extended', bucket: 'new-bucket', createBucket: true }],
    ['a key with full access', { auth: 'key', access: 'full', bucket: 'existing-bucket' }],
    [
      'a key for several buckets with prefixes, a KMS key, path, tags and a boundary',
      {
        auth: 'key',
        buckets: [
          { name: 'existing-bucket', prefixes: ['Client1/', 'Client2/'] },
          { name: 'new-bucket', create: true, kmsKeyArn: KEY },
        ],
        rolePath: '/vendors/',
        permissionsBoundary: 'arn:aws:iam::aws:policy/AmazonS3FullAccess',
        tags: { team: 'marketing' },
      },
    ],
    ['a role with a unique name', { uniqueName: true, bucket: 'existing-bucket' }],
  ])('creates %s, and a second update changes nothing', async (_name, config) => {
    stack.configure(config);
    await succeed('preview');
    await succeed('up', '--yes', '--skip-preview');
    const before = await stack.outputs();
    await succeed('preview', '--expect-no-changes');
    await succeed('up', '--yes', '--skip-preview', '--expect-no-changes');
    expect(await stack.outputs()).toEqual(before);
  });

  it.each(['role', 'key'] as const)('changes the access level in place, by %s', async (auth) => {
    const principals = new Set<string>();
    const levels = ['minimal', 'extended', 'full', 'minimal'] as const;
    const sizes: number[] = [];
    for (const access of levels) {
      stack.configure({ auth, access, bucket: 'existing-bucket' });
      const { output } = await succeed('up', '--yes', '--skip-preview');
      expect(output).not.toMatch(/replac/);
      const { uniqueId } = await identityOf(auth);
      const { accessKeyId } = await stack.outputs();
      principals.add(`${uniqueId} ${accessKeyId}`);
      const { own, managed } = await permissionsOf(stack.account, auth, 'channelmix_s3_access');
      sizes.push(own.flatMap(({ Statement }) => Statement).length, managed.length);
    }
    expect(principals.size).toBe(1);
    expect(sizes).toEqual([2, 0, 3, 0, 0, 1, 2, 0]);
  });

  it('keeps the name of a unique role through updates, until another name is asked for', async () => {
    const config = { uniqueName: true, bucket: 'existing-bucket' };
    stack.configure(config);
    expect((await succeed('preview')).output).not.toMatch(/channelmix_s3_access-[a-z2-7]{16}/);
    await succeed('up', '--yes', '--skip-preview');
    const { roleName } = await stack.outputs();
    expect(roleName).toMatch(/^channelmix_s3_access-[a-z2-7]{16}$/);
    stack.configure({ ...config, access: 'extended', tags: { team: 'marketing' } });
    await succeed('up', '--yes', '--skip-preview');
    expect(await stack.outputs()).toMatchObject({ roleName });
    expect(await principalOf(stack.account, 'role', String(roleName))).toMatchObject({ tags: { team: 'marketing' } });
    stack.configure({ ...config, roleName: 'other' });
    await succeed('up', '--yes', '--skip-preview');
    expect((await stack.outputs()).roleName).toMatch(/^other-[a-z2-7]{16}$/);
    expect(await stack.account.inventory()).not.toContain(`role ${roleName}`);
  });

  it('goes from a role to a key and back', async () => {
    for (const auth of ['role', 'key', 'role']) {
      stack.configure({ auth, bucket: 'existing-bucket' });
      await succeed('up', '--yes', '--skip-preview');
      const principal =
        auth === 'role' ? ['role channelmix_s3_access'] : ['policy channelmix_s3_access', 'user channelmix_s3_access'];
      expect(await stack.account.inventory()).toEqual(['bucket existing-bucket', ...principal]);
    }
  });

  it('shows the secret of a key nowhere: ciphertext in the state, hidden in what is printed', async () => {
    stack.configure({ auth: 'key', bucket: 'existing-bucket' });
    const printed = [await succeed('preview', '--debug'), await succeed('up', '--yes', '--skip-preview', '--debug')];
    const { secretAccessKey, connection } = await stack.outputs();
    expect(secretAccessKey).toMatch(/^\S{40}$/);
    expect(connection).toMatchObject({ 'AWS secret access key': secretAccessKey });
    const state = await succeed('stack', 'export');
    expect(state.output).toMatch(/"secretAccessKey": \{\s+"[0-9a-f]{32}": "[0-9a-f]{32}",\s+"ciphertext": "v1:/);
    const plan = stack.scratch('plan.json');
    printed.push(
      state,
      await succeed('stack', 'output'),
      await succeed('stack', 'output', '--json'),
      await succeed('preview', '--diff', '--save-plan', plan),
      await succeed('up', '--yes', '--skip-preview', '--diff', '--debug'),
      { output: readFileSync(plan, 'utf8') },
    );
    const forms = formsOf(String(secretAccessKey));
    expect(printed.map(({ output }) => forms.filter((form) => output.includes(form)))).toEqual(printed.map(() => []));
  });

  it('refuses to go on without the passphrase of the state', async () => {
    stack.configure({ auth: 'key', bucket: 'existing-bucket' });
    await succeed('up', '--yes', '--skip-preview');
    const { code, output } = await stack.pulumiWith(
      { PULUMI_CONFIG_PASSPHRASE: undefined },
      'up',
      '--yes',
      '--skip-preview',
    );
    expect(code).not.toBe(0);
    expect(output).toMatch(/passphrase must be set/);
  });

  it.each(REFUSED)('stops at $name with one clear error and nothing created', async ({ config, error }) => {
    stack.configure(config);
    const { code, output } = await stack.pulumi('up', '--yes', '--skip-preview');
    expect(code).not.toBe(0);
    expect(output).toContain(error);
    expect(output).not.toContain('    at ');
    expect(await stack.account.inventory()).toEqual(['bucket existing-bucket']);
  });

  it('stops at wrong credentials with one clear error', async () => {
    stack.configure({ bucket: 'existing-bucket' });
    const wrong = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'wrong' };
    const { code, output } = await stack.pulumiWith(wrong, 'up', '--yes', '--skip-preview');
    expect(code).not.toBe(0);
    expect(output).toContain('The AWS provider cannot say which account it works in');
    expect(output).toContain('InvalidClientTokenId');
    expect(output).not.toContain('    at ');
  });

  // The engine compares flags with Pulumi.yaml itself before it starts the program, and leaves the value out.
  it('stops at a word for a flag that Pulumi.yaml declares', async () => {
    stack.configure({ bucket: 'existing-bucket', uniqueName: 'yes' });
    const { code, output } = await stack.pulumi('up', '--yes', '--skip-preview');
    expect(code).not.toBe(0);
    expect(output).toContain("configuration key 'uniqueName' must be of type 'boolean'");
  });

  describe('a bucket with data', () => {
    const config = { bucket: 'new-bucket', createBucket: true };

    it('makes destroy stop, and stays with its settings when the rest goes', async () => {
      stack.configure(config);
      await succeed('up', '--yes', '--skip-preview');
      await stack.account.s3.putObject({ Bucket: 'new-bucket', Key: 'a.csv', Body: 'data' });
      const refused = await stack.pulumi('destroy', '--yes');
      expect(refused.code).not.toBe(0);
      expect(refused.output).toContain('because it is protected');
      expect(await stack.account.inventory()).toContain('role channelmix_s3_access');
      await succeed('destroy', '--yes', '--exclude-protected');
      expect(await stack.account.inventory()).toEqual(['bucket existing-bucket', 'bucket new-bucket']);
      const versioning = await stack.account.s3.getBucketVersioning({ Bucket: 'new-bucket' });
      expect(versioning.Status).toBe('Enabled');
      // Told once by hand is not told twice.
      await succeed('state', 'unprotect', '--all', '--yes');
      await succeed('destroy', '--yes', '--skip-preview');
      expect(await stack.account.inventory()).toEqual(['bucket existing-bucket', 'bucket new-bucket']);
      await emptyBucket('new-bucket');
    });

    it('goes after protectBucket was set to false, if it is empty', async () => {
      stack.configure(config);
      await succeed('up', '--yes', '--skip-preview');
      stack.configure({ ...config, protectBucket: false });
      await succeed('up', '--yes', '--skip-preview');
      await stack.account.s3.putObject({ Bucket: 'new-bucket', Key: 'a.csv', Body: 'data' });
      const refused = await stack.pulumi('destroy', '--yes', '--skip-preview');
      expect(refused.code).not.toBe(0);
      expect(refused.output).toContain('BucketNotEmpty');
      await emptyBucket('new-bucket');
      await succeed('destroy', '--yes', '--skip-preview');
      expect(await stack.account.inventory()).toEqual(['bucket existing-bucket']);
    });
  });
});

async function succeed(...args: readonly string[]): Promise<{ readonly output: string }> {
  const { code, output } = await stack.pulumi(...args);
  expect(code, `pulumi ${args.join(' ')}\n${output}`).toBe(0);
  return { output };
}

async function identityOf(auth: 'role' | 'key'): Promise<{ readonly uniqueId: string }> {
  const { iam } = stack.account;
  if (auth === 'role')
    return { uniqueId: (await iam.getRole({ RoleName: 'channelmix_s3_access' })).Role?.RoleId ?? '' };
  return { uniqueId: (await iam.getUser({ UserName: 'channelmix_s3_access' })).User?.UserId ?? '' };
}

/** A secret as it could stand in a text: as it is, coded, in halves. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const coded = [bytes.toString('base64').replace(/=+$/, ''), bytes.toString('hex'), encodeURIComponent(secret)];
  return [secret, ...coded, secret.slice(0, 20), secret.slice(20)];
}

async function emptyBucket(Bucket: string): Promise<void> {
  const { Versions = [], DeleteMarkers = [] } = await stack.account.s3.listObjectVersions({ Bucket });
  for (const { Key, VersionId } of [...Versions, ...DeleteMarkers]) {
    await stack.account.s3.deleteObject({ Bucket, Key: Key ?? '', VersionId: VersionId ?? '' });
  }
}
