import { connect } from 'node:net';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import aws4 from 'aws4';
import { afterAll, beforeAll, expect } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { CLIENT, rootKeys, s3Of } from './support.ts';

/** An answer, and the error that it may be. */
export interface Signed {
  readonly status: number;
  readonly code: string | undefined;
  readonly message: string | undefined;
  readonly body: string;
  readonly headers: Headers;
}

/** A sandbox with a bucket, for the tests of one file, and requests to it as they are wanted. */
export function createHttpStage() {
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

  return { sandbox: () => sandbox, port: () => port, raw, send };
}
