import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import {
  collectReport,
  createVerifyPorts,
  readVerifyTarget,
  type VerifyFlags,
  verify,
} from '../../src/verify/index.ts';
import {
  CLIENT_ACCOUNT,
  createBucket,
  createRole,
  createUser,
  leavesNothing,
  verifyKey,
  verifyRole,
} from './helpers.ts';

const bucket = 'inputs';
let sandbox: Sandbox;
let roleArn: string;
beforeAll(async () => {
  sandbox = await startSandbox();
  await createBucket(sandbox.endpoint, bucket);
  roleArn = await createRole(sandbox.endpoint, { name: 'good', bucket });
});
afterAll(() => sandbox.close());

describe('what cannot be verified is refused before any call', () => {
  const role = 'arn:aws:iam::111122223333:role/channelmix_s3_access';
  test.each<[string, VerifyFlags, 'usage' | 'input', RegExp]>([
    ['neither role nor key', { bucket }, 'usage', /neither a role nor an access key/],
    ['both', { bucket, roleArn: role, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' }, 'usage', /exclude each other/],
    ['no bucket', { roleArn: role }, 'usage', /no bucket/],
    ['a malformed ARN', { bucket, roleArn: 'arn:aws:iam:111122223333' }, 'input', /--role-arn/],
    ['an ARN of a user', { bucket, roleArn: 'arn:aws:iam::111122223333:user/someone' }, 'input', /ARN of a user/],
    [
      'a session ARN',
      { bucket, roleArn: 'arn:aws:sts::111122223333:assumed-role/Name/s' },
      'input',
      /arn:aws:iam::111122223333:role\/Name/,
    ],
    ['a role of another partition', { bucket, roleArn: 'arn:aws-cn:iam::111122223333:role/x' }, 'input', /access key/],
    ['a bucket in capitals', { bucket: 'MyBucket', roleArn: role }, 'input', /--bucket.*uppercase/],
    ['an empty bucket', { bucket: '', roleArn: role }, 'input', /--bucket/],
    ['a prefix with a leading slash', { bucket, roleArn: role, prefixes: ['/x/'] }, 'input', /--prefix/],
    ['a prefix that climbs', { bucket, roleArn: role, prefixes: ['a/../b/'] }, 'input', /--prefix/],
    ['an unknown access level', { bucket, roleArn: role, access: 'minimum' }, 'input', /did you mean "minimal"/],
    [
      'a KMS alias',
      { bucket, roleArn: role, kmsKeyArn: 'arn:aws:kms:us-east-1:111122223333:alias/x' },
      'input',
      /alias/,
    ],
    ['a secret where the key id belongs', { bucket, accessKeyId: 'wJalrXUtnFEMI/K7MDENG' }, 'input', /--access-key-id/],
    ['a folder twice', { bucket: 'b-1/path', roleArn: role, prefixes: ['other'] }, 'input', /once/],
    [
      'another bucket with full access',
      { bucket, roleArn: role, access: 'full', otherBucket: 'b-2' },
      'usage',
      /opens every bucket/,
    ],
    ['itself as the other bucket', { bucket, roleArn: role, otherBucket: bucket }, 'input', /another bucket/],
  ])('%s', (_name, flags, code, message) => {
    expect(() => readVerifyTarget(flags)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });

  test('the key way works in every partition: the region tells it', () => {
    const flags = { bucket: 'my-bucket', accessKeyId: 'AKIAIOSFODNN7EXAMPLE' };
    expect(readVerifyTarget(flags).partition).toBe('aws');
    expect(readVerifyTarget({ ...flags, region: 'cn-north-1' }).partition).toBe('aws-cn');
    expect(readVerifyTarget({ ...flags, region: 'us-gov-west-1' }).partition).toBe('aws-us-gov');
  });

  test('a folder that is named twice is verified once', () => {
    expect(readVerifyTarget({ bucket, roleArn: role, prefixes: ['A/', 'A', 'B'] }).prefixes).toEqual(['A/', 'B/']);
  });

  test('a bucket typed with its folder is split', () => {
    expect(readVerifyTarget({ bucket: 's3://my-bucket/path/to/files', roleArn: role })).toMatchObject({
      bucket: 'my-bucket',
      prefixes: ['path/to/files/'],
    });
    expect(readVerifyTarget({ bucket: 'my-bucket/', roleArn: role })).toMatchObject({
      bucket: 'my-bucket',
      prefixes: [],
    });
  });
});

describe('one clear error, and nothing created', () => {
  const run = (credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }) => {
    const ports = createVerifyPorts({ endpointUrl: sandbox.endpoint, region: 'us-east-1', credentials });
    return collectReport(verify({ target: readVerifyTarget({ roleArn, bucket }), ports }));
  };
  const fails = async (act: () => Promise<unknown>, code: string, message: RegExp) => {
    const began = performance.now();
    await leavesNothing(sandbox, () =>
      expect(act()).rejects.toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) })),
    );
    expect(performance.now() - began).toBeLessThan(5_000);
  };

  test('credentials of the wrong account', () =>
    fails(
      () => run({ accessKeyId: CLIENT_ACCOUNT, secretAccessKey: CLIENT_ACCOUNT }),
      'credentials',
      /wrong account.*111122223333.*031871504755/,
    ));

  test('a key that does not exist', () =>
    fails(
      () => run({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x'.repeat(40) }),
      'credentials',
      /not valid/,
    ));

  test('a wrong secret', () =>
    fails(
      () => run({ accessKeyId: '031871504755', secretAccessKey: 'x'.repeat(40) }),
      'credentials',
      /SignatureDoesNotMatch/,
    ));

  test('a session that has expired', async () => {
    const { channelMixPorts } = await import('./helpers.ts');
    const sts = await channelMixPorts(sandbox.endpoint).clients().sts();
    const { Credentials } = await sts.assumeRole({ RoleArn: roleArn, RoleSessionName: 'old', DurationSeconds: 900 });
    sandbox.clock.advance(3_600_000);
    await fails(
      () =>
        run({
          accessKeyId: Credentials?.AccessKeyId ?? '',
          secretAccessKey: Credentials?.SecretAccessKey ?? '',
          sessionToken: Credentials?.SessionToken ?? '',
        }),
      'credentials',
      /expired/,
    );
  });

  test('no credentials at all', async () => {
    const before = { ...process.env };
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
    process.env.AWS_EC2_METADATA_DISABLED = 'true';
    process.env.AWS_CONFIG_FILE = '/nonexistent';
    process.env.AWS_SHARED_CREDENTIALS_FILE = '/nonexistent';
    try {
      const ports = createVerifyPorts({ endpointUrl: sandbox.endpoint });
      await fails(
        () => collectReport(verify({ target: readVerifyTarget({ roleArn, bucket }), ports })),
        'credentials',
        /no credentials were found/,
      );
    } finally {
      process.env = before;
    }
  });

  test('a bucket that does not exist', () =>
    fails(
      () => verifyRole(sandbox.endpoint, { roleArn, bucket: 'never-made' }),
      'input',
      /there is no bucket named never-made/,
    ));

  test('a bucket that does not exist, by the key way', async () => {
    const key = await createUser(sandbox.endpoint, { name: 'someone', bucket });
    await fails(() => verifyKey(sandbox.endpoint, key, { bucket: 'never-made' }), 'input', /there is no bucket/);
  });

  test('an endpoint where nobody listens', async () => {
    const credentials = { accessKeyId: '031871504755', secretAccessKey: '031871504755' };
    const ports = createVerifyPorts({ endpointUrl: 'http://127.0.0.1:9', region: 'us-east-1', credentials });
    await fails(
      () => collectReport(verify({ target: readVerifyTarget({ roleArn, bucket }), ports })),
      'network',
      /127\.0\.0\.1:9/,
    );
  });

  test('an S3 that is not reached, while STS answers', () => {
    const options = {
      region: 'us-east-1',
      credentials: { accessKeyId: '031871504755', secretAccessKey: '031871504755' },
    };
    const ports = createVerifyPorts({ endpointUrl: sandbox.endpoint, ...options });
    const unreachable = createVerifyPorts({ endpointUrl: 'http://127.0.0.1:9', ...options });
    const clients: typeof ports.clients = (overrides) => ({
      ...ports.clients(overrides),
      s3: unreachable.clients(overrides).s3,
    });
    const target = readVerifyTarget({ roleArn, bucket });
    return fails(
      () => collectReport(verify({ target, ports: { ...ports, clients } })),
      'network',
      /S3 could not be reached for bucket inputs.*ECONNREFUSED/,
    ).finally(unreachable.close);
  });
});
