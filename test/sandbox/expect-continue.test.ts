import { connect } from 'node:net';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { CLIENT, rootKeys, s3Of } from './support.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
  await s3Of(sandbox, rootKeys(CLIENT)).send(new CreateBucketCommand({ Bucket: 'bucket' }));
});
afterAll(() => sandbox.close());

/** Sends the head of an upload that waits for `100 Continue`, and nothing after it; gives what comes back until the connection closes. */
function announce(headers: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(sandbox.endpoint);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.setTimeout(3_000, () => socket.destroy(new Error('no answer while the body is held back')));
    socket.on('data', (bytes) => {
      answer += bytes.toString('latin1');
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
    const head = ['PUT /bucket/key HTTP/1.1', `Host: ${hostname}:${port}`, 'Expect: 100-continue', 'Content-Length: 5'];
    socket.write(`${[...head, ...headers].join('\r\n')}\r\n\r\n`);
  });
}

// boto3 and the AWS CLI send their uploads so, and wait a second for an answer before they send the body all the same.
it('refuses an upload before its body is sent, when the client waits for leave', async () => {
  const answer = await announce([]);
  expect(answer).toMatch(/^HTTP\/1\.1 403 /);
  expect(answer).toContain('<Code>AccessDenied</Code>');
  expect(answer.toLowerCase()).toContain('connection: close');
});

it('refuses a page of another origin at the door in the same way', async () => {
  expect(await announce(['Origin: http://evil.example'])).toMatch(/^HTTP\/1\.1 403 /);
});
