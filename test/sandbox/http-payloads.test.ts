import { createHash } from 'node:crypto';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { describe, expect, it } from 'vitest';
import { CHECKSUM_ALGORITHMS, checksumOf } from '../../src/sandbox/checksums.ts';
import { seededRandom } from '../../src/sandbox/faults/index.ts';
import { createHttpStage } from './http-stage.ts';
import { CLIENT, rootKeys, s3Of } from './support.ts';

const { sandbox, send } = createHttpStage();

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
    const head = await s3Of(sandbox(), rootKeys(CLIENT)).send(new HeadObjectCommand({ Bucket: 'data', Key: 'key' }));
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
        const { Body } = await s3Of(sandbox(), rootKeys(CLIENT)).send(
          new GetObjectCommand({ Bucket: 'data', Key: 'key' }),
        );
        expect(await Body?.transformToString()).toBe('hello');
      }
    }
    expect(outcomes).toContain(400);
  });
});

describe('presigned URLs', () => {
  const s3 = () => s3Of(sandbox(), rootKeys(CLIENT));
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
