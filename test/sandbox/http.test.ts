import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.ts';
import { createHttpStage } from './http-stage.ts';
import { failure, rootKeys, s3Of } from './support.ts';

const { sandbox, port, raw } = createHttpStage();

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
        `POST / HTTP/1.1\r\nHost: 127.0.0.1:${port()}\r\nOrigin: ${origin}\r\nContent-Type: text/plain\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 403 /);
      expect(answer.toLowerCase()).not.toContain('access-control');
    },
  );

  it('refuses what a page of another site embeds', async () => {
    const answer = await raw(
      `GET /data/x HTTP/1.1\r\nHost: 127.0.0.1:${port()}\r\nSec-Fetch-Site: cross-site\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
  });

  it('refuses smuggling, proxying and what is not HTTP', async () => {
    const host = `Host: 127.0.0.1:${port()}\r\n`;
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
  const answer = await fetch(sandbox().endpoint, { method: 'POST', body: new URLSearchParams(body) });
  expect(answer.status).toBe(501);
  expect(await answer.text()).toContain('The sandbox does not implement sts:AssumeRoleWithWebIdentity.');
});

it('refuses wrong accounts and a port that is taken', async () => {
  await expect(startSandbox({ accounts: ['123'] })).rejects.toThrow('is not an AWS account id');
  await expect(startSandbox({ port: port() })).rejects.toThrow('cannot listen');
  expect(
    (await failure(s3Of(sandbox(), rootKeys('999999999999')).send(new CreateBucketCommand({ Bucket: 'zzz' })))).code,
  ).toBe('InvalidAccessKeyId');
});
