import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { callAws, createAwsClients, readObjectBody } from '../../src/aws/index.ts';

const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' };

/** A server that answers every request by itself. */
async function serving<T>(
  answer: Parameters<typeof createServer>[1],
  act: (endpointUrl: string, seen: string[]) => Promise<T>,
): Promise<T> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers['user-agent']}`);
    answer?.(request as never, response as never);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await act(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('buckets stand in the path where the endpoint is an address, and requests say whose they are', () =>
  serving(
    (_request, response) => response.writeHead(200, { 'x-amz-request-id': 'R1' }).end(),
    async (endpointUrl, seen) => {
      const s3 = await createAwsClients({ endpointUrl, region: 'us-east-1', credentials }).s3();
      await s3.headBucket({ Bucket: 'my-bucket' });
      expect(seen[0]).toMatch(/^HEAD \/my-bucket.* channelmix-s3\/\d/);
    },
  ));

test('an endpoint in the environment that is set to nothing, as in many a CI, is none', () => {
  const saved = { ...process.env };
  const host = () => createAwsClients({ region: 'us-east-1', credentials }).host;
  Object.assign(process.env, { AWS_ENDPOINT_URL: '', AWS_ENDPOINT_URL_S3: '' });
  const none = host();
  Object.assign(process.env, { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' });
  const general = host();
  process.env = saved;
  expect([none, general]).toEqual(['AWS', '127.0.0.1:4566']);
});

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetPublicAccessBlock.html
test('S3 Control is asked with the account in a header, and in front of the host where that can be', () =>
  serving(
    (request, response) => {
      const headers = { 'x-amz-request-id': 'R1', 'content-type': 'application/xml' };
      response.writeHead(request.headers['x-amz-account-id'] === '111122223333' ? 200 : 400, headers);
      response.end(
        '<PublicAccessBlockConfiguration><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>',
      );
    },
    async (endpointUrl, seen) => {
      const account = { AccountId: '111122223333' };
      const control = await createAwsClients({ endpointUrl, region: 'us-east-1', credentials }).s3Control();
      const { PublicAccessBlockConfiguration: block } = await control.getPublicAccessBlock(account);
      expect(block?.RestrictPublicBuckets).toBe(true);
      expect(seen[0]).toMatch(/^GET \/v20180820\/configuration\/publicAccessBlock.* channelmix-s3\/\d/);
      for (const [given, host] of [
        [undefined, '111122223333.s3-control.eu-west-1.amazonaws.com'],
        ['https://s3.example.com', '111122223333.s3.example.com'],
      ] as const) {
        const far = await createAwsClients({ endpointUrl: given, region: 'eu-west-1', credentials }).s3Control();
        const hosts: string[] = [];
        const stop = () => async (args: never) => {
          hosts.push((args as { readonly request: { readonly hostname: string } }).request.hostname);
          throw new Error('far enough');
        };
        far.middlewareStack.add(stop as never, { step: 'finalizeRequest', priority: 'low' });
        await expect(far.getPublicAccessBlock(account)).rejects.toThrow('far enough');
        expect(hosts).toEqual([host]);
      }
    },
  ));

test('a server that never answers ends by the deadline', () =>
  serving(
    () => undefined,
    async (endpointUrl) => {
      const s3 = await createAwsClients({ endpointUrl, region: 'us-east-1', credentials }).s3();
      const result = await callAws((options) => s3.headBucket({ Bucket: 'my-bucket' }, options), {
        limitMs: 200,
        host: 'it',
      });
      expect(result).toMatchObject({ ok: false, failure: { kind: 'timeout', message: 'it did not answer in time' } });
    },
  ));

test('an answer that begins and does not end, ends by the deadline, too, and an interrupt of it is one', () =>
  serving(
    (_request, response) => {
      response.writeHead(200, { 'x-amz-request-id': 'R1', 'content-length': '100' });
      response.write('x');
    },
    async (endpointUrl) => {
      const s3 = await createAwsClients({ endpointUrl, region: 'us-east-1', credentials, maxAttempts: 1 }).s3();
      const get = async (options: { readonly abortSignal: AbortSignal }) => {
        const { Body } = await s3.getObject({ Bucket: 'my-bucket', Key: 'k' }, options);
        return readObjectBody(Body, 1_000);
      };
      expect(await callAws(get, { limitMs: 200 })).toMatchObject({ ok: false, failure: { kind: 'timeout' } });
      const interrupt = AbortSignal.timeout(200);
      expect(await callAws(get, { signal: interrupt })).toMatchObject({ ok: false, failure: { kind: 'interrupted' } });
    },
  ));

test('an error without an end is read to its limit only', () =>
  serving(
    (_request, response) => {
      response.writeHead(400, { 'content-type': 'application/xml' });
      const chunk = 'x'.repeat(65_536);
      const pour = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', pour);
      pour();
    },
    async (endpointUrl) => {
      const s3 = await createAwsClients({ endpointUrl, region: 'us-east-1', credentials, maxAttempts: 1 }).s3();
      const result = await callAws((options) => s3.listBuckets({}, options), { limitMs: 5_000 });
      expect(result.ok).toBe(false);
      expect(JSON.stringify(result).length).toBeLessThan(2_000);
    },
  ));

test('a page of a proxy is never an answer of AWS', () =>
  serving(
    (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<html><body>Please log in</body></html>');
    },
    async (endpointUrl) => {
      const clients = createAwsClients({ endpointUrl, region: 'us-east-1', credentials });
      const s3 = await clients.s3();
      const listed = await callAws((options) => s3.listObjectsV2({ Bucket: 'my-bucket' }, options));
      expect(listed).toMatchObject({ ok: false, failure: { kind: 'unknown', code: 'NoRequestId' } });
      const put = await callAws((options) => s3.putObject({ Bucket: 'my-bucket', Key: 'k', Body: 'x' }, options));
      expect(put).toMatchObject({ ok: false, failure: { kind: 'unknown' } });
    },
  ));

test('a success that S3 does not give is none: a put without an ETag, a delete that is not 204', () =>
  serving(
    (_request, response) => response.writeHead(200, { 'x-amz-request-id': 'R1' }).end(),
    async (endpointUrl) => {
      const s3 = await createAwsClients({ endpointUrl, region: 'us-east-1', credentials }).s3();
      const object = { Bucket: 'my-bucket', Key: 'k' };
      const odd = { ok: false, attempts: 1, failure: { kind: 'unknown', code: 'UnexpectedAnswer', requestId: 'R1' } };
      expect(await callAws((options) => s3.putObject({ ...object, Body: 'x' }, options))).toMatchObject(odd);
      expect(await callAws((options) => s3.deleteObject(object, options))).toMatchObject(odd);
      const upload = { ...object, UploadId: 'u' };
      expect(await callAws((options) => s3.abortMultipartUpload(upload, options))).toMatchObject(odd);
    },
  ));

test('a refusal by a proxy is none by AWS', () =>
  serving(
    (_request, response) => {
      response.writeHead(403, { 'content-type': 'text/html' });
      response.end('<html><body>Blocked</body></html>');
    },
    async (endpointUrl) => {
      const s3 = await createAwsClients({ endpointUrl, region: 'us-east-1', credentials }).s3();
      const head = await callAws((options) => s3.headObject({ Bucket: 'my-bucket', Key: 'k' }, options));
      expect(head).toMatchObject({ ok: false, failure: { kind: 'unknown', httpStatus: 403 } });
    },
  ));

test('making clients prints no warning about the version of Node', async () => {
  const warnings: string[] = [];
  const listen = (warning: Error) => warnings.push(warning.message);
  process.on('warning', listen);
  await createAwsClients({ region: 'us-east-1', credentials }).s3();
  await new Promise((resolve) => setTimeout(resolve, 10));
  process.off('warning', listen);
  expect(warnings.filter((text) => text.includes('node'))).toEqual([]);
});

test('certificates that cannot be read are named', async () => {
  process.env.AWS_CA_BUNDLE = '/nonexistent/ca.pem';
  try {
    await expect(createAwsClients({ region: 'us-east-1', credentials }).s3()).rejects.toThrow(
      expect.objectContaining({ code: 'input', message: 'AWS_CA_BUNDLE: cannot read /nonexistent/ca.pem' }),
    );
  } finally {
    delete process.env.AWS_CA_BUNDLE;
  }
});

test.each(['localhost:4599', 'ftp://127.0.0.1', 'no url'])('%s is no endpoint', (endpointUrl) => {
  expect(() => createAwsClients({ endpointUrl })).toThrow(expect.objectContaining({ code: 'usage' }));
});
