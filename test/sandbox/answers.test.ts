import { get, request as httpRequest, type IncomingMessage } from 'node:http';
import { CreateRoleCommand, ListRolesCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeletePublicAccessBlockCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CallEvent, type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { allow, assume, CHANNELMIX, CLIENT, failure, iamOf, policy, rootKeys, s3Of, stsOf, trust } from './support.ts';

const Bucket = 'data';
const BODY = '0123456789';
let sandbox: Sandbox;
let s3: S3Client;

beforeEach(async () => {
  sandbox = await startSandbox();
  s3 = s3Of(sandbox, rootKeys(CLIENT));
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
  const Policy = policy({ ...allow('s3:GetObject', 'arn:aws:s3:::data/*'), Principal: '*' });
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: BODY, ChecksumAlgorithm: 'CRC32' }));
});
afterEach(async () => {
  expect(sandbox.bugs()).toEqual([]);
  await sandbox.close();
});

interface Seen {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly bytes: string;
  /** How it ended: `end`, an error's code, or `open` after `patienceMs`. */
  readonly ended: string;
}

/** Reads an answer as it comes, for as long as `patienceMs`, up to 1 MiB. */
function read(method: string, patienceMs: number): Promise<Seen> {
  return new Promise((resolve) => {
    let message: IncomingMessage | undefined;
    let bytes = '';
    const finish = (ended: string): void => {
      clearTimeout(timer);
      request.destroy();
      resolve({ status: message?.statusCode, headers: message?.headers ?? {}, bytes, ended });
    };
    const timer = setTimeout(() => finish('open'), patienceMs);
    const request = httpRequest(`${sandbox.endpoint}/data/k`, { method }, (response) => {
      message = response;
      response.on('data', (piece: Buffer) => {
        bytes += piece.toString('latin1');
        if (bytes.length > 1 << 20) finish('too much');
      });
      response.on('end', () => finish('end'));
      response.on('error', (error: NodeJS.ErrnoException) => finish(error.code ?? 'error'));
    });
    request.on('error', (error: NodeJS.ErrnoException) => finish(error.code ?? 'error'));
    request.end();
  });
}

describe('an answer that is', () => {
  const shapes: readonly (readonly [string, Partial<Seen>])[] = [
    ['truncated', { status: 200, bytes: '01234', ended: 'ECONNRESET' }],
    ['long', { status: 200, bytes: BODY, ended: 'open' }],
    ['short', { status: 200, bytes: '01234', ended: 'end' }],
    ['corrupt', { status: 200, bytes: '0123446789', ended: 'end' }],
    ['empty', { status: 200, bytes: '', ended: 'end' }],
    ['slow', { status: 200, bytes: '', ended: 'open' }],
    ['silent', { status: undefined, ended: 'open' }],
    ['endless', { status: 200, ended: 'too much' }],
  ];
  it.each(shapes)('%s comes so over HTTP', async (shape, expected) => {
    sandbox.faults.add(`answer=${shape},s3:GetObject`);
    expect(await read('GET', shape === 'endless' ? 5000 : 300)).toMatchObject(expected);
  });

  it('slow comes a byte a second', async () => {
    sandbox.faults.add('answer=slow,s3:GetObject');
    const seen = await read('GET', 2300);
    // One byte, or two: timers are late on a busy machine.
    expect(seen).toMatchObject({ bytes: expect.stringMatching(/^01?$/), ended: 'open' });
  });

  it.each([
    ['truncated', 'ECONNRESET'],
    ['long', 'open'],
    ['silent', 'open'],
    ['slow', 'open'],
    ['endless', 'HPE_HEADER_OVERFLOW'],
  ])('%s and without a body does not end well either', async (shape, ended) => {
    sandbox.faults.add(`answer=${shape},s3:HeadObject`);
    expect(await read('HEAD', shape === 'endless' ? 5000 : 300)).toMatchObject({ status: undefined, ended });
  });

  it('a proxy’s page has the status of success', async () => {
    sandbox.faults.add('answer=html,s3');
    const seen = await read('GET', 1000);
    expect(seen).toMatchObject({ status: 200, headers: { 'content-type': 'text/html' } });
    expect(seen.bytes).toContain('<!DOCTYPE html>');
  });

  it('redirected leads to itself, and elsewhere from region to region', async () => {
    const remove = sandbox.faults.add('answer=redirect,s3');
    expect(await read('GET', 1000)).toMatchObject({
      status: 307,
      headers: { location: `${sandbox.endpoint}/data/k` },
    });
    remove();
    sandbox.faults.add('answer=elsewhere,s3');
    const head = (region: string) =>
      new S3Client({
        endpoint: sandbox.endpoint,
        region,
        forcePathStyle: true,
        maxAttempts: 1,
        credentials: rootKeys(CLIENT),
        followRegionRedirects: true,
      }).send(new HeadObjectCommand({ Bucket, Key: 'k' }));
    expect(await failure(head('us-east-1'))).toMatchObject({ status: 301 });
    expect(await failure(head('eu-west-1'))).toMatchObject({ status: 301 });
  });

  it('corrupt or with another checksum is noticed by the SDK', async () => {
    for (const shape of ['corrupt', 'checksum']) {
      const remove = sandbox.faults.add(`answer=${shape},s3:GetObject`);
      const answer = await s3.send(new GetObjectCommand({ Bucket, Key: 'k' }));
      await expect(answer.Body?.transformToString()).rejects.toThrow(/[Cc]hecksum/);
      remove();
    }
  });

  it('with another ETag has it in the header and in the document', async () => {
    const first = await s3.send(new HeadObjectCommand({ Bucket, Key: 'k' }));
    sandbox.faults.add('answer=etag,s3');
    const other = await s3.send(new HeadObjectCommand({ Bucket, Key: 'k' }));
    expect(other.ETag).not.toBe(first.ETag);
    const copy = await s3.send(new CopyObjectCommand({ Bucket, Key: 'c', CopySource: 'data/k' }));
    expect(copy.CopyObjectResult?.ETag).toBe(other.ETag);
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html: 200 with an error in the body
  it('200 with an error in it is an error to the SDK, and the effect has been', async () => {
    sandbox.faults.add('answer=error,s3:CopyObject');
    sandbox.faults.add('answer=error,s3:CompleteMultipartUpload');
    const copy = s3.send(new CopyObjectCommand({ Bucket, Key: 'copied', CopySource: 'data/k' }));
    expect(await failure(copy)).toMatchObject({ code: 'InternalError' });
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'joined' }));
    const part = await s3.send(new UploadPartCommand({ Bucket, Key: 'joined', UploadId, PartNumber: 1, Body: 'x' }));
    const complete = s3.send(
      new CompleteMultipartUploadCommand({
        Bucket,
        Key: 'joined',
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag: part.ETag }] },
      }),
    );
    expect(await failure(complete)).toMatchObject({ code: 'InternalError' });
    sandbox.faults.clear();
    await s3.send(new HeadObjectCommand({ Bucket, Key: 'copied' }));
    await s3.send(new HeadObjectCommand({ Bucket, Key: 'joined' }));
  });

  it('an endless error goes with a fault of the same call', async () => {
    sandbox.faults.add('error=503,s3:GetObject');
    sandbox.faults.add('answer=endless,s3:GetObject');
    expect(await read('GET', 5000)).toMatchObject({ status: 503, ended: 'too much' });
  });

  it('not sent leaves nothing open when the sandbox closes', async () => {
    sandbox.faults.add('answer=slow,s3');
    const pending = new Promise<void>((resolve) => {
      get(`${sandbox.endpoint}/data/k`, (response) => {
        response.on('error', () => resolve());
        response.resume();
        void sandbox.close();
      }).on('error', () => resolve());
    });
    await pending;
  });
});

describe('a listing whose token never changes', () => {
  const token = async (): Promise<readonly (string | undefined)[]> => {
    const two = await s3.send(new ListObjectsV2Command({ Bucket }));
    const one = await s3.send(new ListObjectsCommand({ Bucket }));
    const versions = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    const roles = await iamOf(sandbox, rootKeys(CLIENT)).send(new ListRolesCommand({}));
    expect([two.IsTruncated, one.IsTruncated, versions.IsTruncated, roles.IsTruncated]).toEqual(Array(4).fill(true));
    return [two.NextContinuationToken, one.NextMarker, versions.NextKeyMarker, roles.Marker];
  };

  it('says so in the words of each service', async () => {
    sandbox.faults.add('page=repeat');
    expect(await token()).toEqual(['again', 'again', 'again', 'again']);
    expect((await s3.send(new ListObjectsV2Command({ Bucket }))).Contents).toHaveLength(1);
  });

  it('may have nothing in it', async () => {
    sandbox.faults.add('page=empty');
    expect(await token()).toEqual(['again', 'again', 'again', 'again']);
    expect((await s3.send(new ListObjectsV2Command({ Bucket }))).Contents).toBeUndefined();
  });
});

describe('temporary credentials', () => {
  it('expire at the call that is named, new ones do not, and keys of users never', async () => {
    const iam = iamOf(sandbox, rootKeys(CLIENT));
    await iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: trust(CHANNELMIX) }));
    await iam.send(new PutRolePolicyCommand({ RoleName: 'r', PolicyName: 'p', PolicyDocument: policy(allow('s3:*')) }));
    sandbox.faults.add('expire,at=2');
    const first = await assume(sandbox, rootKeys(CHANNELMIX), 'r');
    const head = (keys: typeof first) => s3Of(sandbox, keys).send(new ListObjectsV2Command({ Bucket }));
    await head(first);
    expect(await failure(head(first))).toMatchObject({ code: 'ExpiredToken', status: 400 });
    expect(await failure(head(first))).toMatchObject({ code: 'ExpiredToken' });
    const sts = stsOf(sandbox, first).send(new GetCallerIdentityCommand({}));
    expect(await failure(sts)).toMatchObject({ code: 'ExpiredToken', status: 403 });
    await head(await assume(sandbox, rootKeys(CHANNELMIX), 'r'));
  });
});

describe('a change of IAM that flaps', () => {
  it('is known to every second request until it is known to all', async () => {
    const iam = iamOf(sandbox, rootKeys(CLIENT));
    await iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: trust(CHANNELMIX) }));
    const keys = await assume(sandbox, rootKeys(CHANNELMIX), 'r');
    sandbox.faults.add('iam-flap=10s');
    await iam.send(new PutRolePolicyCommand({ RoleName: 'r', PolicyName: 'p', PolicyDocument: policy(allow('s3:*')) }));
    const tries = async (count: number): Promise<string> => {
      let pattern = '';
      for (let call = 0; call < count; call += 1) {
        pattern += await s3Of(sandbox, keys)
          .send(new ListObjectsV2Command({ Bucket }))
          .then(
            () => 'y',
            () => 'n',
          );
      }
      return pattern;
    };
    expect(await tries(6)).toMatch(/^(?:yn){3}$|^(?:ny){3}$/);
    sandbox.clock.advance(10_000);
    expect(await tries(4)).toBe('yyyy');
  });
});

describe('an observer', () => {
  it('is told of each call before its effect, after it, and when the answer has gone', async () => {
    const events: CallEvent[] = [];
    const remove = sandbox.observe((event) => {
      events.push(event);
      return undefined;
    });
    await s3.send(new HeadObjectCommand({ Bucket, Key: 'k' }));
    await failure(s3.send(new HeadObjectCommand({ Bucket, Key: 'none' })));
    remove();
    await s3.send(new HeadObjectCommand({ Bucket, Key: 'k' }));
    expect(events.map(({ call, phase }) => `${call} ${phase}`)).toEqual([
      '1 before',
      '1 after',
      '1 answered',
      '2 before',
      '2 after',
      '2 answered',
    ]);
    expect(events[0]).toMatchObject({ service: 's3', operation: 'HeadObject', accessKeyId: CLIENT });
  });

  it.each(['before', 'after'] as const)('may drop a call %s its effect', async (phase) => {
    sandbox.observe((event) => (event.operation === 'PutObject' && event.phase === phase ? 'drop' : undefined));
    expect((await failure(s3.send(new PutObjectCommand({ Bucket, Key: 'new', Body: 'x' })))).status).toBeUndefined();
    const head = s3.send(new HeadObjectCommand({ Bucket, Key: 'new' }));
    if (phase === 'after') await head;
    else expect((await failure(head)).status).toBe(404);
  });

  it('may hold a call, with its effect done or not', async () => {
    let release = (): void => undefined;
    const held = new Promise<undefined>((resolve) => {
      release = () => resolve(undefined);
    });
    const remove = sandbox.observe((event) => (event.phase === 'after' ? held : undefined));
    const put = s3.send(new PutObjectCommand({ Bucket, Key: 'held', Body: 'x' }));
    let done = false;
    void put.then(() => {
      done = true;
    });
    await expect.poll(() => JSON.stringify(sandbox.snapshot().s3).includes('"held"')).toBe(true);
    expect(done).toBe(false);
    release();
    remove();
    await put;
  });
});
