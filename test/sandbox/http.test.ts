import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { CreateBucketCommand, GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import aws4 from 'aws4';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHECKSUM_ALGORITHMS, checksumOf } from '../../src/sandbox/checksums.ts';
import { seededRandom } from '../../src/sandbox/faults/index.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { CLIENT, failure, rootKeys, s3Of } from './support.ts';

let sandbox: Sandbox;
let port: number;

beforeAll(async () => {
  sandbox = await startSandbox({ maxBodyBytes: 1024 * 1024 });
  port = Number(new URL(sandbox.endpoint).port);
  await s3Of(sandbox, rootKeys(CLIENT)).send(new CreateBucketCommand({ Bucket: 'data' }));
});

afterAll(async () => {
  expect(sandbox.bugs()).toEqual([]);
  await sandbox.close();
});

/** Sends bytes as they are; gives what comes back until the connection closes. */
function raw(text: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.setTimeout(5000, () => socket.destroy(new Error('no answer')));
    socket.on('data', (bytes) => {
      answer += bytes.toString('latin1');
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
    socket.end(text);
  });
}

interface Signed {
  readonly status: number;
  readonly code: string | undefined;
  readonly message: string | undefined;
  readonly body: string;
  readonly headers: Headers;
}

/** Signs with aws4 and sends with fetch, so that headers and body are as the test has them. */
async function send(
  method: string,
  path: string,
  options: {
    body?: string | Buffer;
    headers?: Record<string, string>;
    service?: string;
    keys?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
    after?: (headers: Record<string, string>) => void;
  } = {},
): Promise<Signed> {
  const { body = '', headers = {}, service = 's3', keys = rootKeys(CLIENT) } = options;
  const signed = aws4.sign(
    { service, region: 'us-east-1', method, host: `127.0.0.1:${port}`, path, headers, body },
    keys,
  );
  const all = Object.fromEntries(
    Object.entries(signed.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  options.after?.(all);
  delete all.host;
  delete all['content-length'];
  const answer = await fetch(`${sandbox.endpoint}${path}`, {
    method,
    headers: all,
    ...(method === 'GET' || method === 'HEAD' ? {} : { body: new Uint8Array(Buffer.from(body)) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    code: /<Code>(.*?)<\/Code>/.exec(text)?.[1],
    message: /<Message>(.*?)<\/Message>/.exec(text)?.[1],
    body: text,
    headers: answer.headers,
  };
}

describe('who may come in', () => {
  it.each(['0.0.0.0', '::', '10.0.0.1', 'example.com', '127.0.0.1.example.com', 'localhost.example.com'])(
    'does not listen on %s',
    async (host) => {
      await expect(startSandbox({ host })).rejects.toThrow('this machine only');
    },
  );

  it('listens on the other loopback address', async () => {
    const other = await startSandbox({ host: '::1' });
    expect(other.endpoint).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect((await fetch(other.endpoint)).status).toBe(403);
    await other.close();
  });

  const hosts = [
    'evil.example',
    'evil.example:80',
    '10.0.0.1',
    '0.0.0.0',
    '[::]',
    '192.168.1.1:4599',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'localhost@evil.example',
    'evil.example#localhost',
    'evil.example/.localhost',
    '127.0.0.1:80:80',
    '169.254.169.254',
    's3.amazonaws.com',
    'xn--localhost',
    'localhostx',
    'x_localhost',
    '-.localhost',
    '.localhost',
    '128.0.0.1',
    '[::ffff:127.0.0.1]x',
    '',
    ' ',
    'localhost:',
    'localhost:abc',
    '127.0.0.1, evil.example',
  ];
  it.each(hosts)('refuses the Host %j before reading on', async (host) => {
    const answer = await raw(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 40[03] /);
    expect(answer).not.toContain('<');
  });

  it.each([
    'localhost',
    '127.0.0.1',
    '127.8.8.8:99',
    '[::1]:1',
    'data.localhost',
    'data.s3.localhost:1',
    'my.data.s3.eu-west-1.localhost',
  ])('answers to the Host %j', async (host) => {
    expect(await raw(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)).toContain('<Error>');
  });

  it.each(['http://evil.example', 'null', 'http://localhost:1', 'file://', 'https://127.0.0.1'])(
    'refuses pages of the origin %j',
    async (origin) => {
      const answer = await raw(
        `POST / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOrigin: ${origin}\r\nContent-Type: text/plain\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 403 /);
      expect(answer.toLowerCase()).not.toContain('access-control');
    },
  );

  it('refuses what a page of another site embeds', async () => {
    const answer = await raw(
      `GET /data/x HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nSec-Fetch-Site: cross-site\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
  });

  it('refuses smuggling, proxying and what is not HTTP', async () => {
    const host = `Host: 127.0.0.1:${port}\r\n`;
    expect(
      await raw(`PUT /data/a HTTP/1.1\r\n${host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`),
    ).toMatch(/^HTTP\/1\.1 400 /);
    expect(await raw(`PUT /data/a HTTP/1.1\r\n${host}Content-Length: 5\r\nContent-Length: 6\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 400 /,
    );
    expect(await raw(`GET http://evil.example/ HTTP/1.1\r\n${host}Connection: close\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 403 /,
    );
    expect(await raw(`GET / HTTP/1.1\r\n${host}X: ${'a'.repeat(40_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
    expect(await raw('hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await raw(`CONNECT evil.example:443 HTTP/1.1\r\n${host}\r\n`)).toBe('');
    expect(
      await raw(`GET / HTTP/1.1\r\n${host}Authorization: a\r\nAuthorization: b\r\nConnection: close\r\n\r\n`),
    ).toContain('given more than once');
  });

  it('does not wait for slow headers', async () => {
    const impatient = await startSandbox({ headerTimeoutMs: 200 });
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(new URL(impatient.endpoint).port), '127.0.0.1');
      let text = '';
      socket.on('data', (bytes) => {
        text += bytes.toString();
      });
      socket.on('close', () => resolve(text));
      socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nX: ');
    });
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    await impatient.close();
  });
});

describe('wrong signatures get the codes of S3', () => {
  const put = (options: Parameters<typeof send>[2]) => send('PUT', '/data/key', { body: 'x', ...options });
  const wrong = { accessKeyId: CLIENT, secretAccessKey: 'wrong' };

  it.each([
    ['a wrong secret', { keys: wrong }, 403, 'SignatureDoesNotMatch'],
    [
      'an unknown key',
      { keys: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' } },
      403,
      'InvalidAccessKeyId',
    ],
    ['a token that is none', { keys: { ...rootKeys(CLIENT), sessionToken: 'x' } }, 400, 'InvalidToken'],
    ['a clock 16 minutes slow', { headers: { 'X-Amz-Date': amzDate(-16) } }, 403, 'RequestTimeTooSkewed'],
    ['a clock 16 minutes fast', { headers: { 'X-Amz-Date': amzDate(16) } }, 403, 'RequestTimeTooSkewed'],
  ] as const)('%s', async (_what, options, status, code) => {
    expect(await put(options)).toMatchObject({ status, code });
  });

  const tampered: readonly (readonly [string, (headers: Record<string, string>) => void, number, string])[] = [
    [
      'no date',
      (headers) => {
        delete headers['x-amz-date'];
      },
      403,
      'AccessDenied',
    ],
    [
      'no x-amz-content-sha256',
      (headers) => {
        delete headers['x-amz-content-sha256'];
      },
      400,
      'InvalidRequest',
    ],
    [
      'a nonsense x-amz-content-sha256',
      (headers) => {
        headers['x-amz-content-sha256'] = 'x';
      },
      400,
      'InvalidArgument',
    ],
    [
      'an x-amz header that is not signed',
      (headers) => {
        headers['x-amz-acl'] = 'public-read';
      },
      403,
      'AccessDenied',
    ],
    [
      'a Basic authorization',
      (headers) => {
        headers.authorization = 'Basic eDp5';
      },
      400,
      'InvalidRequest',
    ],
    [
      'a credential without scope',
      (headers) => {
        headers.authorization = (headers.authorization ?? '').replace(/Credential=[^,]+/, 'Credential=x');
      },
      400,
      'AuthorizationHeaderMalformed',
    ],
    [
      'a signature cut short',
      (headers) => {
        headers.authorization = (headers.authorization ?? '').slice(0, -1);
      },
      400,
      'AuthorizationHeaderMalformed',
    ],
    [
      'a scope of yesterday',
      (headers) => {
        headers.authorization = (headers.authorization ?? '').replace(/\/\d{8}\//, '/20200101/');
      },
      400,
      'AuthorizationHeaderMalformed',
    ],
  ];
  it.each(tampered)('%s', async (_what, after, status, code) => {
    expect(await put({ after })).toMatchObject({ status, code });
  });

  it('an error names no secret', async () => {
    const answer = await put({ keys: { ...wrong, sessionToken: 'SANDBOX//secret-token' } });
    expect(answer.body).not.toContain('secret-token');
  });

  it('shows what it computed, so that the client can compare', async () => {
    const answer = await put({ keys: wrong });
    expect(answer.body).toContain('<StringToSign>AWS4-HMAC-SHA256\n');
    expect(answer.body).toContain('<CanonicalRequest>PUT\n/data/key\n');
    expect(answer.headers.get('x-amz-request-id')).toMatch(/^[0-9A-F]{16}$/);
    expect(answer.headers.get('x-amz-id-2')).toMatch(/^.{50,}$/);
  });
});

describe('wrong signatures get the codes of STS', () => {
  const form = { body: 'Action=GetCallerIdentity&Version=2011-06-15', service: 'sts' };
  const post = (options: Parameters<typeof send>[2]) =>
    send('POST', '/', { ...form, headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, ...options });

  it.each([
    [
      'a wrong secret',
      { keys: { accessKeyId: CLIENT, secretAccessKey: 'wrong' } },
      403,
      'SignatureDoesNotMatch',
      /Check your AWS Secret Access Key/,
    ],
    [
      'an unknown key',
      { keys: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' } },
      403,
      'InvalidClientTokenId',
      /^The security token included in the request is invalid\.$/,
    ],
    [
      'a clock 16 minutes slow',
      { headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'X-Amz-Date': amzDate(-16) } },
      403,
      'SignatureDoesNotMatch',
      /^Signature expired: \d{8}T\d{6}Z is now earlier than .* - 15 min\.\)$/,
    ],
    [
      'a clock 6 minutes fast',
      { headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'X-Amz-Date': amzDate(6) } },
      403,
      'SignatureDoesNotMatch',
      /^Signature not yet current: \d{8}T\d{6}Z is still later than .* \+ 5 min\.\)$/,
    ],
    [
      'a cut authorization',
      {
        after: (headers: Record<string, string>) => {
          headers.authorization = 'AWS4-HMAC-SHA256 Credential=AKIA/20130524/us-east-1/sts/aws4_request';
        },
      },
      400,
      'IncompleteSignature',
      /SignedHeaders/,
    ],
    [
      'no authorization',
      {
        after: (headers: Record<string, string>) => {
          delete headers.authorization;
        },
      },
      403,
      'MissingAuthenticationToken',
      /^Request is missing Authentication Token$/,
    ],
    ['a changed body', { after: () => undefined, body: 'Action=GetCallerIdentity' }, 200, undefined, /.*/],
  ] as const)('%s', async (_what, options, status, code, message) => {
    const answer = await post(options);
    expect(answer).toMatchObject({ status, code });
    expect(answer.message ?? '').toMatch(message);
    expect(answer.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('a service that is not here gets 501 by name', async () => {
    expect(await send('POST', '/', { service: 'dynamodb', body: '{}' })).toMatchObject({
      status: 501,
      code: 'NotImplemented',
      message: 'The sandbox does not provide the service dynamodb.',
    });
  });
});

describe('payloads', () => {
  const put = (
    body: string | Buffer,
    headers: Record<string, string>,
    after?: (headers: Record<string, string>) => void,
  ) => send('PUT', '/data/key', { body, headers, ...(after === undefined ? {} : { after }) });

  it('are compared with the hash that was signed', async () => {
    const other = createHash('sha256').update('y').digest('hex');
    expect(await put('x', { 'X-Amz-Content-Sha256': other })).toMatchObject({
      status: 400,
      code: 'XAmzContentSHA256Mismatch',
    });
    expect((await put('x', { 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' })).status).toBe(200);
  });

  it('are compared with Content-MD5', async () => {
    const md5 = createHash('md5').update('x').digest('base64');
    expect((await put('x', { 'Content-MD5': md5 })).status).toBe(200);
    expect(await put('y', { 'Content-MD5': md5 })).toMatchObject({ status: 400, code: 'BadDigest' });
    expect(await put('y', { 'Content-MD5': 'x' })).toMatchObject({ status: 400, code: 'InvalidDigest' });
  });

  it.each(CHECKSUM_ALGORITHMS)('are compared with x-amz-checksum-* of %s', async (algorithm) => {
    const header = `X-Amz-Checksum-${algorithm}`;
    expect((await put('x', { [header]: checksumOf(algorithm, Buffer.from('x')) })).status).toBe(200);
    expect(await put('y', { [header]: checksumOf(algorithm, Buffer.from('x')) })).toMatchObject({
      status: 400,
      code: 'BadDigest',
    });
    expect(await put('y', { [header]: 'x' })).toMatchObject({ status: 400, code: 'InvalidRequest' });
  });

  const chunked = (body: string, trailer: string) =>
    `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n${trailer}\r\n`;
  const streamed = (algorithm: string, length: number): Record<string, string> => ({
    'X-Amz-Content-Sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'Content-Encoding': 'aws-chunked',
    'X-Amz-Decoded-Content-Length': String(length),
    'X-Amz-Trailer': `x-amz-checksum-${algorithm.toLowerCase()}`,
  });

  it.each(CHECKSUM_ALGORITHMS)('in chunks are compared with a trailing checksum of %s', async (algorithm) => {
    const name = `x-amz-checksum-${algorithm.toLowerCase()}`;
    const good = `${name}:${checksumOf(algorithm, Buffer.from('hello'))}\r\n`;
    const headers = streamed(algorithm, 5);
    expect((await put(chunked('hello', good), headers)).status).toBe(200);
    expect(await put(chunked('hallo', good), headers)).toMatchObject({ status: 400, code: 'BadDigest' });
    expect(await put(chunked('hello', ''), headers)).toMatchObject({ status: 400, code: 'MalformedTrailerError' });
    expect(await put(chunked('hello', `x-amz-meta-x:1\r\n${good}`), headers)).toMatchObject({
      status: 400,
      code: 'MalformedTrailerError',
    });
    expect(await put(chunked('hello', good).slice(0, -8), headers)).toMatchObject({
      status: 400,
      code: 'IncompleteBody',
    });
    expect(await put(chunked('hello', good), streamed(algorithm, 6))).toMatchObject({
      status: 400,
      code: 'IncompleteBody',
    });
    expect(await put(`zz\r\nhello\r\n0\r\n${good}\r\n`, headers)).toMatchObject({
      status: 400,
      code: 'InvalidRequest',
    });
    expect(await put(`5${'0'.repeat(5000)}\r\nhello\r\n0\r\n${good}\r\n`, headers)).toMatchObject({
      status: 400,
      code: 'InvalidRequest',
    });
  });

  it('keep nothing of the transport: the object is stored without aws-chunked', async () => {
    const headers = streamed('CRC32', 5);
    await put(chunked('hello', `x-amz-checksum-crc32:${checksumOf('CRC32', Buffer.from('hello'))}\r\n`), {
      ...headers,
      'Content-Encoding': 'aws-chunked,gzip',
    });
    const head = await s3Of(sandbox, rootKeys(CLIENT)).send(new HeadObjectCommand({ Bucket: 'data', Key: 'key' }));
    expect(head).toMatchObject({ ContentLength: 5, ContentEncoding: 'gzip' });
  });

  it('above the limit are refused', async () => {
    const big = Buffer.alloc(1024 * 1024 + 1);
    expect(await put(big, {})).toMatchObject({ status: 400, code: 'EntityTooLarge' });
  });

  it('changed in any byte are never stored, and never crash', async () => {
    const random = seededRandom(7);
    const good = chunked('hello', `x-amz-checksum-crc32c:${checksumOf('CRC32C', Buffer.from('hello'))}\r\n`);
    const headers = streamed('CRC32C', 5);
    const outcomes = new Set<number>();
    for (let round = 0; round < 300; round += 1) {
      const at = Math.floor(random() * good.length);
      const changed =
        good.slice(0, at) + String.fromCharCode(Math.floor(random() * 128)) + good.slice(at + Math.floor(random() * 2));
      const answer = await put(changed, headers);
      outcomes.add(answer.status);
      expect(answer.status).toBeLessThan(500);
      if (answer.status === 200) {
        // Only what decodes to the very same payload and checksum may pass.
        const { Body } = await s3Of(sandbox, rootKeys(CLIENT)).send(
          new GetObjectCommand({ Bucket: 'data', Key: 'key' }),
        );
        expect(await Body?.transformToString()).toBe('hello');
      }
    }
    expect(outcomes).toContain(400);
  });
});

describe('presigned URLs', () => {
  const s3 = () => s3Of(sandbox, rootKeys(CLIENT));
  it('work for reading and writing until they expire', async () => {
    const put = await getSignedUrl(
      s3(),
      new PutObjectCommand({ Bucket: 'data', Key: 'é +/ü', ContentType: 'text/csv' }),
      { expiresIn: 60 },
    );
    expect((await fetch(put, { method: 'PUT', body: 'hello', headers: { 'content-type': 'text/csv' } })).status).toBe(
      200,
    );
    const get = await getSignedUrl(s3(), new GetObjectCommand({ Bucket: 'data', Key: 'é +/ü' }), { expiresIn: 60 });
    expect(await (await fetch(get)).text()).toBe('hello');
    const past = await getSignedUrl(s3(), new GetObjectCommand({ Bucket: 'data', Key: 'a' }), {
      expiresIn: 60,
      signingDate: new Date(Date.now() - 61_000),
    });
    const answer = await (await fetch(past)).text();
    expect(answer).toContain(
      '<Code>AccessDenied</Code><Message>Request has expired</Message><X-Amz-Expires>60</X-Amz-Expires>',
    );
  });

  it.each([
    [
      'X-Amz-Expires',
      '604801',
      400,
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    ],
    ['X-Amz-Expires', '-1', 400, 'X-Amz-Expires must be non-negative'],
    ['X-Amz-Expires', 'x', 400, 'X-Amz-Expires should be a number'],
    ['X-Amz-Expires', undefined, 400, 'Query-string authentication version 4 requires'],
    ['X-Amz-Signature', 'f'.repeat(64), 403, 'The request signature we calculated does not match'],
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA1', 400, 'X-Amz-Algorithm only supports'],
    ['X-Amz-Date', 'yesterday', 400, 'X-Amz-Date must be in the ISO8601 Long Format'],
  ])('with %s=%s are refused', async (name, value, status, message) => {
    const url = new URL(await getSignedUrl(s3(), new GetObjectCommand({ Bucket: 'data', Key: 'a' })));
    if (value === undefined) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
    const answer = await fetch(url);
    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain(message);
  });

  it('that carry an Authorization header as well are refused', async () => {
    const url = await getSignedUrl(s3(), new GetObjectCommand({ Bucket: 'data', Key: 'a' }));
    expect(await (await fetch(url, { headers: { authorization: 'AWS4-HMAC-SHA256 x' } })).text()).toContain(
      'Only one auth mechanism allowed',
    );
  });
});

it('closes with every connection that it has, and can be closed twice', async () => {
  const other = await startSandbox();
  const socket = connect(Number(new URL(other.endpoint).port), '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => undefined);
  await other.close();
  await closed;
  await other.close();
  await expect(fetch(other.endpoint)).rejects.toThrow();
});

it('leaves nothing open: the process ends though answers were still to come', async () => {
  const index = new URL('../../src/sandbox/index.ts', import.meta.url).href;
  const script = `
    import { startSandbox } from ${JSON.stringify(index)};
    const sandbox = await startSandbox({ faults: ['latency=60s'] });
    const call = fetch(sandbox.endpoint).then(() => 'answered', () => 'cut off');
    setTimeout(async () => {
      await sandbox.close();
      console.log(await call, sandbox.bugs().length);
    }, 200);
  `;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (bytes) => {
    output += String(bytes);
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect({ code, output }).toEqual({ code: 0, output: 'cut off 0\n' });
});

it('names the unsigned operations of STS that it does not have', async () => {
  const body = 'Action=AssumeRoleWithWebIdentity&Version=2011-06-15';
  const answer = await fetch(sandbox.endpoint, { method: 'POST', body: new URLSearchParams(body) });
  expect(answer.status).toBe(501);
  expect(await answer.text()).toContain('The sandbox does not implement sts:AssumeRoleWithWebIdentity.');
});

it('refuses wrong accounts and a port that is taken', async () => {
  await expect(startSandbox({ accounts: ['123'] })).rejects.toThrow('is not an AWS account id');
  await expect(startSandbox({ port })).rejects.toThrow('cannot listen');
  expect(
    (await failure(s3Of(sandbox, rootKeys('999999999999')).send(new CreateBucketCommand({ Bucket: 'zzz' })))).code,
  ).toBe('InvalidAccessKeyId');
});

function amzDate(minutes: number): string {
  return new Date(Date.now() + minutes * 60_000).toISOString().replace(/[-:]|\.\d{3}/g, '');
}
