import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import aws4 from 'aws4';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/sandbox/faults/index.ts';
import type { SignableRequest } from '../../../src/sandbox/sigv4/canonical.ts';
import { createSigningKeys, sha256Hex } from '../../../src/sandbox/sigv4/signature.ts';
import { presented, readClaim, type Verifier, verifySignature } from '../../../src/sandbox/sigv4/verify.ts';

/** How many requests; `SIGV4_ROUNDS=100000` for the long run. */
const ROUNDS = Number(process.env.SIGV4_ROUNDS ?? 600);
const SECRET = 'sandbox+0123456789abcdefghijklmnopqrstuv';
const NOW = new Date('2026-11-25T01:02:03Z');

const keys = createSigningKeys();
const verifier: Verifier<'me'> = {
  lookup: (keyId) =>
    keyId === 'AKIAEXAMPLE' ? { status: 'found', secret: SECRET, principal: 'me' } : { status: 'unknown-key' },
  signingKeys: keys,
  now: () => NOW,
};

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
}

/** SHA-256 as smithy's signer wants it. */
class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data));
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {
    throw new Error('not used');
  }
}

const random = seededRandom(20261125);
const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
const LETTERS = [...'abzAZ019-._~ !*\'()+&=;:,/?#[]@$%"<>\\^`{}|éßĀ中😀'];
const word = (max: number): string =>
  Array.from({ length: 1 + Math.floor(random() * max) }, () => pick(LETTERS)).join('');
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

interface Drawn {
  readonly service: 's3' | 'sts';
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function draw(): Drawn {
  const service = pick(['s3', 'sts'] as const);
  const body = pick(['', word(40)]);
  const path = service === 's3' ? `/${word(12).split('/').map(encode).join('/')}` : '/';
  const query = Object.fromEntries(Array.from({ length: Math.floor(random() * 4) }, () => [word(6), word(6)]));
  const headers: Record<string, string> = {
    host: 'bucket.localhost:4599',
    'x-amz-meta-a': ` a  b ${Math.floor(random() * 100)} `,
  };
  if (service === 's3') headers['x-amz-content-sha256'] = pick(['UNSIGNED-PAYLOAD', sha256Hex(body)]);
  return { service, method: pick(['GET', 'PUT', 'POST', 'DELETE', 'HEAD']), path, query, headers, body };
}

function queryText(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&');
}

function verify(request: SignableRequest, service: string, body: string): string {
  const dialect = service === 's3' ? 's3' : 'query';
  const presentation = presented(request);
  return verifySignature(
    request,
    presentation,
    readClaim(request, presentation, dialect),
    dialect,
    sha256Hex(body),
    verifier,
  ).principal;
}

const signers = { s3: smithy('s3'), sts: smithy('sts') };

function smithy(service: 's3' | 'sts'): SignatureV4 {
  return new SignatureV4({
    service,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: SECRET },
    sha256: Sha256,
    uriEscapePath: service !== 's3',
    applyChecksum: service === 's3',
  });
}

async function signedBySmithy(drawn: Drawn): Promise<SignableRequest> {
  const { service, method, path, query, headers, body } = drawn;
  const signed = await signers[service].sign(
    { method, protocol: 'http:', hostname: 'bucket.localhost', port: 4599, path, query, headers, body },
    { signingDate: NOW },
  );
  return { method, rawPath: path, rawQuery: queryText(query), headers: signed.headers };
}

describe('signatures of other software', () => {
  it('made by @smithy/signature-v4 are accepted', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const drawn = draw();
      expect(verify(await signedBySmithy(drawn), drawn.service, drawn.body), JSON.stringify(drawn)).toBe('me');
    }
  });

  it('presigned by @smithy/signature-v4 are accepted', async () => {
    for (let round = 0; round < ROUNDS / 3; round += 1) {
      const { method, path, query } = draw();
      const payload = pick(['UNSIGNED-PAYLOAD', sha256Hex('x')]);
      const signed = await signers.s3.presign(
        {
          method,
          protocol: 'http:',
          hostname: 'bucket.localhost',
          path: path === '/' ? '/key' : path,
          query,
          headers: { host: 'bucket.localhost', 'x-amz-content-sha256': payload },
        },
        { signingDate: NOW, expiresIn: 60 },
      );
      const rawQuery = queryText(signed.query as Record<string, string>);
      const request = { method, rawPath: signed.path, rawQuery, headers: signed.headers };
      expect(verify(request, 's3', ''), JSON.stringify(request)).toBe('me');
    }
  });

  it('made by aws4 are accepted', () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { service, method, path, query, headers, body } = draw();
      const rawQuery = queryText(query);
      const signed = aws4.sign(
        {
          service,
          region: 'eu-west-1',
          method,
          host: 'bucket.localhost:4599',
          path: rawQuery === '' ? path : `${path}?${rawQuery}`,
          headers: { ...headers, 'X-Amz-Date': '20261125T010203Z' },
          body,
          doNotModifyHeaders: false,
        } as Parameters<typeof aws4.sign>[0],
        { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: SECRET },
      );
      const lower = Object.fromEntries(
        Object.entries(signed.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
      );
      expect(
        verify({ method, rawPath: path, rawQuery, headers: lower }, service, body),
        JSON.stringify({ path, rawQuery, lower }),
      ).toBe('me');
    }
  });
});

describe('a changed request', () => {
  /** Changes one byte somewhere; gives what it was, so that changes without meaning can be told. */
  function mutate(request: SignableRequest): SignableRequest {
    const change = (text: string): string => {
      const at = Math.floor(random() * (text.length + 1));
      const sign = pick([...'abzAZ0189-._~%/=&;, \t+']);
      return pick([
        text.slice(0, at) + sign + text.slice(at),
        text.slice(0, at) + sign + text.slice(at + 1),
        text.slice(0, at) + text.slice(at + 1),
      ]);
    };
    const name = pick(Object.keys(request.headers));
    return pick([
      () => ({ ...request, method: change(request.method) }),
      () => ({ ...request, rawPath: change(request.rawPath) }),
      () => ({ ...request, rawQuery: change(request.rawQuery) }),
      () => ({ ...request, headers: { ...request.headers, [name]: change(request.headers[name] ?? '') } }),
      () => ({
        ...request,
        headers: { ...request.headers, authorization: change(request.headers.authorization ?? '') },
      }),
      () => ({ ...request, headers: { ...request.headers, [`x-amz-${pick(['acl', 'tagging', 'meta-b'])}`]: 'x' } }),
      () => ({
        ...request,
        headers: Object.fromEntries(Object.entries(request.headers).filter(([key]) => key !== name)),
      }),
    ])();
  }

  /** What a request says once spelling that the signature leaves open is undone: escapes, `+`, order of parameters, white space of headers. */
  function meaning(request: SignableRequest): string {
    const decode = (text: string): string => {
      try {
        return decodeURIComponent(text);
      } catch {
        return text;
      }
    };
    const query = request.rawQuery
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => {
        const [name = '', ...value] = pair.replaceAll('+', '%20').split('=');
        return JSON.stringify([decode(name), decode(value.join('='))]);
      });
    const headers = Object.entries(request.headers)
      .filter(([name]) => name !== 'user-agent')
      .map(([name, value]) => {
        const text = name === 'authorization' ? value.replace(/\s*([,=])\s*/g, '$1') : value;
        return `${name}:${text.trim().replace(/\s+/g, ' ')}`;
      });
    return JSON.stringify([
      request.method,
      decode(request.rawPath === '' ? '/' : request.rawPath),
      query.sort(),
      headers.sort(),
    ]);
  }

  it('is never accepted', async () => {
    let accepted = 0;
    for (let round = 0; round < ROUNDS * 2; round += 1) {
      const drawn = { ...draw(), service: 's3' as const };
      const full = { ...drawn, headers: { ...drawn.headers, 'x-amz-content-sha256': sha256Hex(drawn.body) } };
      const request = await signedBySmithy(full);
      const changed = mutate(request);
      if (meaning(changed) === meaning(request)) continue;
      try {
        verify(changed, 's3', drawn.body);
        accepted += 1;
        expect.soft(changed, `accepted in place of ${JSON.stringify(request)}`).toEqual(request);
      } catch (error) {
        // Every refusal is one of AWS's own: never a crash.
        expect((error as Error).name).toBe('AwsError');
      }
    }
    expect(accepted).toBe(0);
  });
});
