import {
  CreateRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  ListUsersCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterEach, describe, expect, it } from 'vitest';
import { KitError } from '../../src/model/errors.ts';
import { parseFault, type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.ts';
import { allow, assume, CHANNELMIX, CLIENT, failure, iamOf, policy, rootKeys, s3Of, stsOf, trust } from './support.ts';

let sandbox: Sandbox;
const start = async (options: SandboxOptions = {}): Promise<Sandbox> => {
  sandbox = await startSandbox(options);
  return sandbox;
};

afterEach(async () => {
  expect(sandbox.bugs()).toEqual([]);
  await sandbox.close();
});

describe('the grammar of --fault', () => {
  const good: readonly (readonly [string, object])[] = [
    ['iam-delay=5s', { kind: 'iam-delay', ms: 5000 }],
    ['clock-skew=-6m', { kind: 'clock-skew', ms: -360_000 }],
    ['seed=7', { kind: 'seed', seed: 7 }],
    ['iam-flap=2s', { kind: 'iam-flap', ms: 2000 }],
    ['grant-delay=5m', { kind: 'grant-delay', ms: 300_000 }],
    ['expire', { kind: 'expire', target: {}, when: { rate: 1 } }],
    ['unknown-session=s3,at=1', { kind: 'unknown-session', target: { service: 's3' }, when: { at: 1, times: 1 } }],
    ['expire,at=2', { kind: 'expire', target: {}, when: { at: 2, times: 1 } }],
    [
      'answer=truncated,kms:DescribeKey',
      {
        kind: 'answer',
        shape: 'truncated',
        target: { service: 'kms', operation: 'describekey' },
        when: { rate: 1 },
      },
    ],
    [
      'page=repeat,organizations',
      { kind: 'page', shape: 'repeat', target: { service: 'organizations' }, when: { rate: 1 } },
    ],
    ['latency=40ms', { kind: 'latency', ms: 40, target: {}, when: { rate: 1 } }],
    ['throttle', { kind: 'throttle', target: {}, when: { rate: 1 } }],
    ['throttle=s3,rate=10%', { kind: 'throttle', target: { service: 's3' }, when: { rate: 0.1 } }],
    [
      'throttle=s3:PutObject,at=3,times=2',
      { kind: 'throttle', target: { service: 's3', operation: 'putobject' }, when: { at: 3, times: 2 } },
    ],
    [
      'error=503,sts:AssumeRole,at=1',
      { kind: 'error', status: 503, target: { service: 'sts', operation: 'assumerole' }, when: { at: 1, times: 1 } },
    ],
    [
      'drop=after,S3:PutObject',
      { kind: 'drop', phase: 'after', target: { service: 's3', operation: 'putobject' }, when: { rate: 1 } },
    ],
  ];
  it.each(good)('reads %s', async (text, fault) => {
    await start();
    expect(parseFault(text)).toEqual(fault);
  });

  it.each([
    '',
    'x',
    'latency',
    'latency=40',
    'latency=-1s',
    'iam-delay=-5s',
    'iam-delay=1s,s3',
    'error=418',
    'drop=never',
    'throttle=ec2',
    'throttle=s3:Put:Object',
    'answer',
    'answer=odd',
    'page=none',
    'iam-flap=-1s',
    'grant-delay=-1s',
    'throttle=s3,rate=101%',
    'throttle=s3,rate=10%,at=1',
    'throttle=s3,at=0',
    'throttle=s3,when=1',
    'throttle=s3,sts',
    'seed=x',
  ])('refuses %j with the grammar', async (text) => {
    await start();
    expect(() => parseFault(text)).toThrow(KitError);
    await expect(startSandbox({ faults: [text] })).rejects.toMatchObject({
      code: 'usage',
      hint: expect.stringContaining('iam-delay=5s'),
    });
  });
});

describe('delay of IAM changes', () => {
  it('shows a change to the API at once, and to authorization after the delay', async () => {
    const { clock } = await start({ faults: ['iam-delay=10s'] });
    const iam = iamOf(sandbox, rootKeys(CLIENT));
    const channelmix = rootKeys(CHANNELMIX);
    await iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: trust(CHANNELMIX) }));
    await iam.send(new GetRoleCommand({ RoleName: 'r' }));
    expect((await failure(assume(sandbox, channelmix, 'r'))).code).toBe('AccessDenied');
    clock.advance(10_000);
    const keys = await assume(sandbox, channelmix, 'r');
    const list = () => s3Of(sandbox, keys).send(new ListBucketsCommand({}));
    await iam.send(new PutRolePolicyCommand({ RoleName: 'r', PolicyName: 'p', PolicyDocument: policy(allow('s3:*')) }));
    expect((await failure(list())).code).toBe('AccessDenied');
    clock.advance(10_000);
    await list();
    await iam.send(new DeleteRolePolicyCommand({ RoleName: 'r', PolicyName: 'p' }));
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'r', PolicyDocument: trust(CLIENT) }));
    await list();
    await assume(sandbox, channelmix, 'r');
    clock.advance(10_000);
    expect((await failure(list())).code).toBe('AccessDenied');
    expect((await failure(assume(sandbox, channelmix, 'r'))).code).toBe('AccessDenied');
  });

  it('makes a new principal invalid in policies until it has spread', async () => {
    const { clock } = await start({ faults: ['iam-delay=10s'] });
    const iam = iamOf(sandbox, rootKeys(CLIENT));
    await iam.send(new CreateRoleCommand({ RoleName: 'a', AssumeRolePolicyDocument: trust(CHANNELMIX) }));
    const second = () =>
      iam.send(
        new CreateRoleCommand({ RoleName: 'b', AssumeRolePolicyDocument: trust(`arn:aws:iam::${CLIENT}:role/a`) }),
      );
    expect((await failure(second())).message).toBe(
      `Invalid principal in policy: "AWS":"arn:aws:iam::${CLIENT}:role/a"`,
    );
    clock.advance(10_000);
    await second();
  });
});

describe('faults of calls', () => {
  it('throttle in the words of each service, at the calls that are named', async () => {
    await start({ faults: ['throttle=s3:ListBuckets,at=2,times=2', 'throttle=iam:ListUsers,at=1'] });
    const s3 = s3Of(sandbox, rootKeys(CLIENT));
    const list = () => s3.send(new ListBucketsCommand({}));
    await list();
    expect(await failure(list())).toMatchObject({ code: 'SlowDown', status: 503 });
    expect(await failure(list())).toMatchObject({ code: 'SlowDown', status: 503 });
    await list();
    const iam = iamOf(sandbox, rootKeys(CLIENT));
    expect(await failure(iam.send(new ListUsersCommand({})))).toMatchObject({
      code: 'Throttling',
      status: 400,
      message: 'Rate exceeded',
    });
    await iam.send(new ListUsersCommand({}));
    expect(sandbox.faults.struck()).toBe(3);
  });

  it.each([500, 502, 503, 504] as const)('answer %i', async (status) => {
    await start();
    sandbox.faults.add({ kind: 'error', status, target: {}, when: { rate: 1 } });
    expect((await failure(s3Of(sandbox, rootKeys(CLIENT)).send(new ListBucketsCommand({})))).status).toBe(status);
    expect((await failure(stsOf(sandbox, rootKeys(CLIENT)).send(new GetCallerIdentityCommand({})))).status).toBe(
      status,
    );
  });

  it('are retried by an SDK that may', async () => {
    await start({ faults: ['error=500,s3,at=1', 'drop=before,s3,at=2'] });
    const keys = rootKeys(CLIENT);
    const s3 = new S3Client({
      region: 'us-east-1',
      endpoint: sandbox.endpoint,
      credentials: keys,
      forcePathStyle: true,
      maxAttempts: 3,
    });
    const { $metadata } = await s3.send(new ListBucketsCommand({}));
    expect($metadata.attempts).toBe(3);
  });

  it('do not know a session yet, and know every key', async () => {
    await start({ faults: ['unknown-session=s3,at=1'] });
    const iam = iamOf(sandbox, rootKeys(CLIENT));
    await iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: trust(CHANNELMIX) }));
    await iam.send(new PutRolePolicyCommand({ RoleName: 'r', PolicyName: 'p', PolicyDocument: policy(allow('s3:*')) }));
    await s3Of(sandbox, rootKeys(CLIENT)).send(new ListBucketsCommand({}));
    const session = s3Of(sandbox, await assume(sandbox, rootKeys(CHANNELMIX), 'r'));
    const list = () => session.send(new ListBucketsCommand({}));
    expect(await failure(list())).toMatchObject({ code: 'InvalidToken', status: 400 });
    await list();
  });

  it('block a call with a page that has no request id', async () => {
    await start({ faults: ['answer=blocked,s3'] });
    const blocked = s3Of(sandbox, rootKeys(CLIENT)).send(new ListBucketsCommand({}));
    await expect(blocked).rejects.toMatchObject({ $metadata: { httpStatusCode: 403, requestId: undefined } });
  });

  it('drop the connection before the effect, or after it', async () => {
    await start();
    const s3 = s3Of(sandbox, rootKeys(CLIENT));
    await s3.send(new CreateBucketCommand({ Bucket: 'data' }));
    const put = (Key: string) => failure(s3.send(new PutObjectCommand({ Bucket: 'data', Key, Body: 'x' })));
    const remove = sandbox.faults.add('drop=before,s3:PutObject');
    expect((await put('before')).status).toBeUndefined();
    remove();
    sandbox.faults.add('drop=after,s3:PutObject');
    expect((await put('after')).status).toBeUndefined();
    sandbox.faults.clear();
    expect((await failure(s3.send(new HeadObjectCommand({ Bucket: 'data', Key: 'before' })))).status).toBe(404);
    await s3.send(new HeadObjectCommand({ Bucket: 'data', Key: 'after' }));
  });

  it('take the time that they are given', async () => {
    await start({ faults: ['latency=60ms,s3:HeadBucket'] });
    const s3 = s3Of(sandbox, rootKeys(CLIENT));
    await s3.send(new CreateBucketCommand({ Bucket: 'data' }));
    const began = performance.now();
    await Promise.all(Array.from({ length: 5 }, () => s3.send(new HeadBucketCommand({ Bucket: 'data' }))));
    expect(performance.now() - began).toBeGreaterThanOrEqual(55);
  });

  it('come at the same calls for the same seed', async () => {
    const run = async (seed: number): Promise<string> => {
      await start({ faults: [`seed=${seed}`, 'throttle=s3,rate=50%'] });
      const s3 = s3Of(sandbox, rootKeys(CLIENT));
      let pattern = '';
      for (let call = 0; call < 24; call += 1) {
        pattern += await s3.send(new ListBucketsCommand({})).then(
          () => '.',
          () => 'x',
        );
      }
      await sandbox.close();
      return pattern;
    };
    const first = await run(1);
    expect(first).toMatch(/x/);
    expect(first).toMatch(/\./);
    expect(await run(1)).toBe(first);
    expect(await run(2)).not.toBe(first);
  });
});

describe('clock skew', () => {
  it('makes S3 refuse, with a Date by which the SDK corrects itself', async () => {
    await start({ faults: ['clock-skew=20m'] });
    const s3 = (maxAttempts: number) =>
      new S3Client({
        region: 'us-east-1',
        endpoint: sandbox.endpoint,
        credentials: rootKeys(CLIENT),
        forcePathStyle: true,
        maxAttempts,
      });
    expect(await failure(s3(1).send(new ListBucketsCommand({})))).toMatchObject({
      code: 'RequestTimeTooSkewed',
      status: 403,
    });
    await s3(2).send(new ListBucketsCommand({}));
  });

  it('of the sandbox clock is none: moving it on leaves signatures valid', async () => {
    await start();
    sandbox.clock.advance(365 * 86_400_000);
    await stsOf(sandbox, rootKeys(CLIENT)).send(new GetCallerIdentityCommand({}));
  });
});
