import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CHECKSUM_ALGORITHMS, checksumOf } from '../../../src/sandbox/checksums.ts';
import { seededRandom } from '../../../src/sandbox/faults/index.ts';
import { readPayload } from '../../../src/sandbox/sigv4/payload.ts';
import { EMPTY_SHA256, sha256Hex, signingKey, signText } from '../../../src/sandbox/sigv4/signature.ts';

/** How many changed bodies; `PAYLOAD_ROUNDS=1000000` for the long run. */
const ROUNDS = Number(process.env.PAYLOAD_ROUNDS ?? 2000);
const random = seededRandom(5);
const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;

const scope = { date: '20261125', region: 'us-east-1', service: 's3' };
const amzDate = '20261125T000000Z';
const key = signingKey('secret', scope);
const seed = 'a'.repeat(64);
const scopeLine = `${scope.date}/${scope.region}/${scope.service}/aws4_request`;

interface Framed {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  readonly payloadHash: string;
  readonly payload: Buffer;
}

type Framing = 'plain' | 'unsigned-trailer' | 'signed' | 'signed-trailer';
const FRAMINGS: readonly Framing[] = ['plain', 'unsigned-trailer', 'signed', 'signed-trailer'];

/** Frames a payload as SDKs do. */
function frame(framing: Framing, payload: Buffer, algorithm: (typeof CHECKSUM_ALGORITHMS)[number]): Framed {
  const name = `x-amz-checksum-${algorithm.toLowerCase()}`;
  const sum = checksumOf(algorithm, payload);
  if (framing === 'plain') {
    const payloadHash = createHash('sha256').update(payload).digest('hex');
    return { body: payload, headers: { [name]: sum }, payloadHash, payload };
  }
  const signed = framing !== 'unsigned-trailer';
  const trailing = framing !== 'signed';
  let previous = seed;
  const chunk = (bytes: Buffer): Buffer => {
    const size = bytes.length.toString(16);
    if (!signed)
      return Buffer.concat([Buffer.from(`${size}\r\n`), bytes, Buffer.from(bytes.length === 0 ? '' : '\r\n')]);
    previous = signText(
      key,
      `AWS4-HMAC-SHA256-PAYLOAD\n${amzDate}\n${scopeLine}\n${previous}\n${EMPTY_SHA256}\n${sha256Hex(bytes)}`,
    );
    return Buffer.concat([
      Buffer.from(`${size};chunk-signature=${previous}\r\n`),
      bytes,
      Buffer.from(bytes.length === 0 ? '' : '\r\n'),
    ]);
  };
  const parts = payload.length === 0 ? [] : [payload];
  const chunks = [...parts, Buffer.alloc(0)].map(chunk);
  const line = trailing ? `${name}:${sum}\r\n` : '';
  const trailerSignature = signText(
    key,
    `AWS4-HMAC-SHA256-TRAILER\n${amzDate}\n${scopeLine}\n${previous}\n${sha256Hex(`${name}:${sum}\n`)}`,
  );
  const end = signed && trailing ? `${line}x-amz-trailer-signature:${trailerSignature}\r\n\r\n` : `${line}\r\n`;
  return {
    body: Buffer.concat([...chunks, Buffer.from(end)]),
    headers: {
      'x-amz-decoded-content-length': String(payload.length),
      ...(trailing ? { 'x-amz-trailer': name } : { [name]: sum }),
    },
    payloadHash: signed
      ? `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${trailing ? '-TRAILER' : ''}`
      : 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    payload,
  };
}

async function* inPieces(body: Buffer, size: number): AsyncGenerator<Buffer, void, undefined> {
  for (let at = 0; at < body.length; at += size) yield body.subarray(at, at + size);
}

const read = (framed: Framed, size: number) =>
  readPayload(inPieces(framed.body, size), {
    headers: framed.headers,
    payloadHash: framed.payloadHash,
    maxBytes: 1_000_000,
    ...(framed.payloadHash.startsWith('STREAMING-AWS4') ? { signer: { key, amzDate, scope, seed } } : {}),
  });

const payloadOf = (length: number): Buffer => Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));

describe.each(FRAMINGS)('a payload framed as %s', (framing) => {
  it.each(CHECKSUM_ALGORITHMS)('with a checksum of %s is read, however it is cut', async (algorithm) => {
    for (const length of [0, 1, 5, 9000]) {
      const framed = frame(framing, payloadOf(length), algorithm);
      for (const size of [1, 3, 64, 100_000]) {
        if (length * size > 500_000 && size < 10) continue;
        expect((await read(framed, size)).bytes).toEqual(framed.payload);
      }
    }
  });

  it('changed in any byte never gives another payload, and never crashes', async () => {
    let refused = 0;
    for (let round = 0; round < ROUNDS / FRAMINGS.length; round += 1) {
      const framed = frame(framing, payloadOf(pick([0, 1, 20, 300])), pick(CHECKSUM_ALGORITHMS));
      const at = Math.floor(random() * (framed.body.length + 1));
      const byte = Buffer.from([pick([0x00, 0x0a, 0x0d, 0x30, 0x3a, 0x3b, 0xff, Math.floor(random() * 256)])]);
      const body = Buffer.concat([
        framed.body.subarray(0, at),
        pick([byte, Buffer.alloc(0)]),
        framed.body.subarray(at + pick([0, 1, 5])),
      ]);
      try {
        const { bytes } = await read({ ...framed, body }, pick([1, 7, 1000]));
        expect(bytes).toEqual(framed.payload);
      } catch (error) {
        refused += 1;
        expect((error as Error).name, String((error as Error).stack)).toBe('AwsError');
      }
    }
    expect(refused).toBeGreaterThan(ROUNDS / 10);
  });
});
