import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3 } from '@aws-sdk/client-s3';
import { STS } from '@aws-sdk/client-sts';
import { SignatureV4 } from '@smithy/signature-v4';
import { describe, expect, it, test } from 'vitest';
import { directClient } from '../../src/aws/direct.ts';
import { callAws, createAwsConnector, putWithoutChecksum } from '../../src/aws/index.ts';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret', sessionToken: 'a token' };

interface Sent {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query: Record<string, string>;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}

type Call = (s3: S3, options: { readonly abortSignal: AbortSignal }) => Promise<unknown>;
const signal = { abortSignal: new AbortController().signal };

/** Every kind of call that is sent directly, with what makes requests differ. */
const CALLS = (Bucket: string): Readonly<Record<string, Call>> => {
  const object = { Bucket, Key: "folder with space/ü+ä&=(x)*'!~.csv" };
  const body = { Body: 'content ü', ContentType: 'text/plain', Metadata: { run: ' a  b ' } };
  return {
    headBucket: (s3, o) => s3.headBucket({ Bucket }, o),
    headObject: (s3, o) => s3.headObject(object, o),
    getObject: (s3, o) => s3.getObject({ ...object, Range: 'bytes=2-5' }, o),
    listObjectsV2: (s3, o) => s3.listObjectsV2({ Bucket, Prefix: 'ü /(+)', StartAfter: 'a b', MaxKeys: 1 }, o),
    deleteObject: (s3, o) => s3.deleteObject({ ...object, VersionId: 'v+/=', IfMatch: '*' }, o),
    getBucketPolicy: (s3, o) => s3.getBucketPolicy({ Bucket, ExpectedBucketOwner: '111122223333' }, o),
    listBuckets: (s3, o) => s3.listBuckets({ MaxBuckets: 1 }, o),
    putObject: (s3, o) => putWithoutChecksum(s3, { ...object, ...body, IfNoneMatch: '*' }, o),
    kms: (s3, o) =>
      putWithoutChecksum(s3, { ...object, ...body, ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'arn:aws:kms:k' }, o),
  };
};

/** The requests of the SDK's client and of the direct one; no answer comes. */
async function both<C extends S3 | STS>(make: (requestHandler: never) => C, call: (client: C) => Promise<unknown>) {
  const sent: Sent[] = [];
  const stop = Object.assign(new Error('far enough'), { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
  const handler = {
    handle: async (request: Sent) => {
      sent.push(request);
      throw stop;
    },
  };
  const sdk = make(handler as never);
  const session = { followRegionRedirects: true, full: () => sdk };
  const direct = directClient(make(handler as never), { ...session, credentials });
  await expect(call(sdk)).rejects.toThrow('far enough');
  await expect(call(direct)).rejects.toThrow('far enough');
  const [first, second] = sent;
  if (first === undefined || second === undefined) throw new Error('nothing was sent');
  return { first, second, sha256: sdk.config.sha256 };
}

/** What differs between two requests of the SDK, too; its second name; and the checksum that a reader who compares does without. */
const LEFT_OUT = /^(authorization|x-amz-date|amz-sdk-invocation-id|user-agent|x-amz-user-agent|x-amz-checksum-mode)$/;

function comparable({ headers, query, ...rest }: Sent) {
  const kept = Object.entries(headers).filter(([name]) => !LEFT_OUT.test(name.toLowerCase()));
  return { ...rest, query, headers: Object.fromEntries(kept.map(([name, value]) => [name.toLowerCase(), value])) };
}

/** The signature that the SDK's signer would give to the same request. */
async function signedAgain(
  { headers, ...request }: Sent,
  sha256: S3['config']['sha256'],
  service: string,
  region: string,
) {
  const { authorization, ...unsigned } = headers;
  const signer = new SignatureV4({ credentials, region, service, sha256, uriEscapePath: false });
  const at = headers['x-amz-date'] ?? '';
  const signingDate = new Date(at.replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z'));
  const signed: unknown = await signer.sign({ ...request, headers: unsigned } as never, { signingDate });
  return { own: authorization, theirs: (signed as Sent).headers.authorization };
}

describe('a request that is sent directly is the one of the SDK, and signed as its signer does it', () => {
  const settings = [
    { region: 'us-east-1' },
    { region: 'eu-central-1' },
    { region: 'cn-north-1' },
    { region: 'us-gov-west-1', useDualstackEndpoint: true },
    { region: 'us-east-1', endpoint: 'http://127.0.0.1:4599', forcePathStyle: true },
    { region: 'eu-west-1', endpoint: 'https://s3.example.com' },
  ];
  for (const setting of settings) {
    for (const bucket of ['my-bucket', 'my.bucket']) {
      it(`${JSON.stringify(setting)} ${bucket}`, async () => {
        for (const call of Object.values(CALLS(bucket))) {
          const make = (requestHandler: never) => new S3({ ...setting, credentials, requestHandler, maxAttempts: 3 });
          const { first, second, sha256 } = await both(make, (s3) => call(s3, signal));
          expect(comparable(second)).toEqual(comparable(first));
          expect(second.headers['user-agent']).toMatch(/^aws-sdk-js\/[\d.]+ ua\/.* api\/s3#/);
          const { own, theirs } = await signedAgain(second, sha256, 's3', setting.region);
          expect(own).toBe(theirs);
        }
      });
    }
  }

  it('STS', async () => {
    const make = (requestHandler: never) =>
      new STS({ region: 'eu-west-1', credentials, requestHandler, maxAttempts: 3 });
    const role = { RoleArn: 'arn:aws:iam::111122223333:role/a/b+c=d', RoleSessionName: 'me', DurationSeconds: 900 };
    for (const call of [(sts: STS) => sts.assumeRole(role, signal), (sts: STS) => sts.getCallerIdentity({}, signal)]) {
      const { first, second, sha256 } = await both(make, call);
      expect(comparable(second)).toEqual(comparable(first));
      const { own, theirs } = await signedAgain(second, sha256, 'sts', 'eu-west-1');
      expect(own).toBe(theirs);
    }
  });
});

interface Canned {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const error = (Code: string, Message = 'no') => `<Error><Code>${Code}</Code><Message>${Message}</Message></Error>`;
const listing = '<ListBucketResult><Name>my-bucket</Name><KeyCount>0</KeyCount></ListBucketResult>';
const OK: Canned = { status: 200, body: listing };
const skewed: Canned = {
  status: 403,
  body: error('RequestTimeTooSkewed'),
  headers: { date: new Date(0).toUTCString() },
};

/** Answers in the order of the requests, the last one for all that follow; `undefined`: the connection breaks. */
const STORIES: Readonly<Record<string, readonly (Canned | undefined)[]>> = {
  'a success': [OK],
  'a refusal': [{ status: 403, body: error('AccessDenied', 'User: arn is not authorized to perform: s3:ListBucket') }],
  'a refusal without a request id': [{ status: 403, body: 'no', headers: { 'x-amz-request-id': '' } }],
  'what is not there': [{ status: 404, body: error('NoSuchBucket') }],
  'an expired token': [{ status: 400, body: error('ExpiredToken') }],
  'a key that is not known': [{ status: 403, body: error('InvalidAccessKeyId') }],
  'a wrong signature': [{ status: 403, body: error('SignatureDoesNotMatch') }],
  'what nobody knows': [{ status: 400, body: error('Odd') }],
  'a fault that passes': [{ status: 500, body: error('InternalError') }, OK],
  'a fault that passes late': [{ status: 503 }, undefined, OK],
  'a fault that stays': [{ status: 500, body: error('InternalError') }],
  'throttling that passes': [{ status: 503, body: error('SlowDown'), headers: { 'x-amz-retry-after': '1' } }, OK],
  'a broken connection': [undefined, OK],
  'connections that break': [undefined],
  'another region': [
    { status: 301, body: error('PermanentRedirect'), headers: { 'x-amz-bucket-region': 'eu-west-1' } },
    OK,
  ],
  'a success that is an error': [{ status: 200, body: error('SlowDown') }, OK],
  'half a document': [{ status: 200, body: '<ListBucketResult><Name>my-buck' }],
  'a page of a proxy': [{ status: 200, body: '<html>log in</html>', headers: { 'x-amz-request-id': '' } }],
  'a clock that is wrong': [skewed, OK],
};

async function tell(story: readonly (Canned | undefined)[], shared: boolean, followRegionRedirects = true) {
  let count = 0;
  const server = createServer((request, response) => {
    const told = story[Math.min(count++, story.length - 1)];
    request.resume();
    if (told === undefined) {
      request.socket.destroy();
      return;
    }
    const { 'x-amz-request-id': id = 'R1', ...headers } = told.headers ?? {};
    response.writeHead(told.status, { ...headers, ...(id === '' ? {} : { 'x-amz-request-id': id }) });
    response.end(told.body ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpointUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connector = createAwsConnector({ endpointUrl, region: 'us-east-1', credentials, shared });
  try {
    const s3 = await connector.clients({ followRegionRedirects }).s3();
    const { ok, attempts, ...rest } = await callAws((o) => s3.listObjectsV2({ Bucket: 'my-bucket' }, o), {
      host: 'it',
    });
    const value =
      'value' in rest ? { ...rest.value, $metadata: { ...rest.value.$metadata, totalRetryDelay: 0 } } : rest;
    return { ok, attempts, value, count };
  } finally {
    connector.close();
    server.close();
  }
}

/** The SDK might come to another answer, and is asked; it does not count the request that was redirected. */
const ASKED_AGAIN: readonly string[] = ['a wrong signature', 'half a document', 'another region'];

describe('a call that is sent directly ends as with the SDK, after as many requests', () => {
  for (const [name, story] of Object.entries(STORIES)) {
    it.concurrent(name, async () => {
      const [sdk, direct] = await Promise.all([tell(story, false), tell(story, true)]);
      if (!ASKED_AGAIN.includes(name)) {
        expect(direct).toEqual(sdk);
        return;
      }
      const uncounted = (told: object) => JSON.parse(JSON.stringify(told).replace(/"(attempts|count)":\d+/g, '"$1":0'));
      expect(uncounted(direct)).toEqual(uncounted(sdk));
      expect(direct).toMatchObject({ attempts: 2, count: 2 });
    });
  }
});

test('a bucket in another region is told, where that is asked for, by one request', async () => {
  const story = STORIES['another region'] ?? [];
  const [sdk, direct] = await Promise.all([tell(story, false, false), tell(story, true, false)]);
  expect(direct).toEqual(sdk);
  expect(direct).toMatchObject({ ok: false, count: 1, value: { failure: { bucketRegion: 'eu-west-1' } } });
});

describe('a direct client', () => {
  const client = (handle: (request: Sent, options: { readonly abortSignal?: AbortSignal }) => Promise<never>) => {
    const made: (number | undefined)[] = [];
    const make = (maxAttempts = 3) =>
      new S3({ region: 'us-east-1', credentials, requestHandler: { handle } as never, maxAttempts });
    const full = (maxAttempts?: number) => {
      made.push(maxAttempts);
      return make(maxAttempts);
    };
    return { s3: directClient(make(), { credentials, followRegionRedirects: true, full }), made };
  };
  const Bucket = 'my-bucket';

  it('is interrupted at once, and asks nobody else', async () => {
    const stop = new AbortController();
    const { s3, made } = client(async (_request, { abortSignal }) => {
      stop.abort('interrupted');
      throw Object.assign(new Error(String(abortSignal?.reason)), { name: 'AbortError' });
    });
    const answer = await callAws((options) => s3.listObjectsV2({ Bucket }, options), { signal: stop.signal });
    expect(answer).toMatchObject({ ok: false, failure: { kind: 'interrupted', attempts: 1 } });
    expect(made).toEqual([]);
  });

  it('is interrupted while it waits before it tries again', async () => {
    const stop = new AbortController();
    const { s3 } = client(async () => {
      setTimeout(() => stop.abort('interrupted'), 5);
      const $response = { statusCode: 503, headers: { 'x-amz-retry-after': '5000' } };
      throw Object.assign(new Error('busy'), { name: 'SlowDown', $metadata: { httpStatusCode: 503 }, $response });
    });
    const began = performance.now();
    const answer = await callAws((options) => s3.listObjectsV2({ Bucket }, options), { signal: stop.signal });
    expect(answer).toMatchObject({ ok: false, failure: { kind: 'interrupted' } });
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it('leaves calls with a checksum or in parts, and all that is added to it, to a client of the SDK', async () => {
    const names: string[] = [];
    const refuse = Object.assign(new Error('no'), { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
    const { s3, made } = client(async ({ headers }) => {
      names.push(headers['x-amz-checksum-crc32'] ?? 'none');
      throw refuse;
    });
    await expect(s3.putObject({ Bucket, Key: 'k', Body: 'x' })).rejects.toThrow('no');
    await expect(s3.uploadPart({ Bucket, Key: 'k', Body: 'x', UploadId: 'u', PartNumber: 1 })).rejects.toThrow('no');
    expect(made).toEqual([undefined]);
    expect(names).toEqual([expect.stringMatching(/=$/), expect.stringMatching(/=$/)]);
    const seen: string[] = [];
    const watch = (next: (args: never) => unknown, context: { readonly commandName?: string }) => (args: never) => {
      seen.push(context.commandName ?? '');
      return next(args);
    };
    s3.middlewareStack.add(watch as never, { step: 'initialize' });
    await expect(s3.headBucket({ Bucket })).rejects.toThrow('no');
    expect(seen).toEqual(['HeadBucketCommand']);
  });
});
