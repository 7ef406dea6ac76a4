import { describe, expect, it } from 'vitest';
import type { SignableRequest } from '../../../src/sandbox/sigv4/canonical.ts';
import { createChunkDecoder } from '../../../src/sandbox/sigv4/chunked.ts';
import {
  type CredentialScope,
  createSigningKeys,
  sha256Hex,
  signingKey,
} from '../../../src/sandbox/sigv4/signature.ts';
import { presented, readClaim, type Verifier, verifySignature } from '../../../src/sandbox/sigv4/verify.ts';
import examples from '../../cases/sigv4-examples.json' with { type: 'json' };

const SUITE_SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const S3_SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

function verifier(secret: string, now: string): Verifier<'me'> {
  return {
    lookup: () => ({ status: 'found', secret, principal: 'me' }),
    signingKeys: createSigningKeys(),
    now: () => new Date(now),
  };
}

function authorization(
  keyId: string,
  date: string,
  service: string,
  headers: Readonly<Record<string, string>>,
  signature: string,
): string {
  return `AWS4-HMAC-SHA256 Credential=${keyId}/${date}/us-east-1/${service}/aws4_request, SignedHeaders=${Object.keys(headers).sort().join(';')}, Signature=${signature}`;
}

describe('AWS’s published examples', () => {
  it.each(examples.suite)('accepts $name of the test suite', ({ method, path, query, headers, signature, ...more }) => {
    const signed = {
      ...(headers as Record<string, string>),
      host: 'example.amazonaws.com',
      'x-amz-date': '20150830T123600Z',
    };
    const request: SignableRequest = {
      method,
      rawPath: path,
      rawQuery: query,
      headers: { ...signed, authorization: authorization('AKIDEXAMPLE', '20150830', 'service', signed, signature) },
    };
    const presentation = presented(request);
    const body = 'body' in more ? (more.body ?? '') : '';
    const verified = verifySignature(
      request,
      presentation,
      readClaim(request, presentation, 'query'),
      'query',
      sha256Hex(body),
      verifier(SUITE_SECRET, '2015-08-30T12:36:00Z'),
    );
    expect(verified.principal).toBe('me');
  });

  it.each(examples.s3)('accepts $name of the S3 reference', ({ method, path, query, headers, payload, signature }) => {
    const signed = {
      ...(headers as Record<string, string>),
      host: 'examplebucket.s3.amazonaws.com',
      'x-amz-date': '20130524T000000Z',
      'x-amz-content-sha256': payload,
    };
    const request: SignableRequest = {
      method,
      rawPath: path,
      rawQuery: query,
      headers: { ...signed, authorization: authorization('AKIAIOSFODNN7EXAMPLE', '20130524', 's3', signed, signature) },
    };
    const presentation = presented(request);
    const claim = readClaim(request, presentation, 's3');
    expect(
      verifySignature(request, presentation, claim, 's3', undefined, verifier(S3_SECRET, '2013-05-24T00:05:00Z'))
        .principal,
    ).toBe('me');
  });

  it('accepts the presigned URL of the S3 reference until it expires', () => {
    const request: SignableRequest = {
      method: 'GET',
      rawPath: '/test.txt',
      rawQuery: examples.presigned.query,
      headers: { host: 'examplebucket.s3.amazonaws.com' },
    };
    const presentation = presented(request);
    const verify = (now: string) =>
      verifySignature(
        request,
        presentation,
        readClaim(request, presentation, 's3'),
        's3',
        undefined,
        verifier(S3_SECRET, now),
      );
    expect(verify('2013-05-24T23:59:59Z').principal).toBe('me');
    expect(() => verify('2013-05-25T00:00:01Z')).toThrow('Request has expired');
    expect(() => verify('2013-05-23T23:40:00Z')).toThrow('Request is not valid yet');
  });
});

describe('signed chunks', () => {
  const scope: CredentialScope = { date: '20130524', region: 'us-east-1', service: 's3' };
  const signer = (seed: string) => ({ key: signingKey(S3_SECRET, scope), amzDate: '20130524T000000Z', scope, seed });
  const body = (signatures: readonly string[], end: string) => {
    const [first, second, last] = signatures;
    return Buffer.from(
      `10000;chunk-signature=${first}\r\n${'a'.repeat(65_536)}\r\n400;chunk-signature=${second}\r\n${'a'.repeat(1024)}\r\n0;chunk-signature=${last}\r\n${end}`,
    );
  };
  const decode = (bytes: Buffer, seed: string, trailer: boolean, cut: number) => {
    let length = 0;
    const decoder = createChunkDecoder(
      (piece) => {
        length += piece.length;
      },
      trailer,
      signer(seed),
    );
    for (let at = 0; at < bytes.length; at += cut) decoder.write(bytes.subarray(at, at + cut));
    return { trailers: decoder.end(), length };
  };

  it.each([1, 7, 1000, 1_000_000])('accepts the example of the S3 reference, in pieces of %i bytes', (cut) => {
    const { plain } = examples.chunked;
    expect(decode(body(plain.chunks, '\r\n'), plain.seed, false, cut).length).toBe(66_560);
  });

  it('accepts the example with a trailer', () => {
    const { trailer } = examples.chunked;
    const end = `x-amz-checksum-crc32c:${trailer.checksum}\r\nx-amz-trailer-signature:${trailer.signature}\r\n\r\n`;
    expect(decode(body(trailer.chunks, end), trailer.seed, true, 4096)).toEqual({
      length: 66_560,
      trailers: { 'x-amz-checksum-crc32c': trailer.checksum },
    });
  });

  it('refuses a changed chunk, chain, trailer or seed', () => {
    const { plain, trailer } = examples.chunked;
    const good = body(plain.chunks, '\r\n');
    const changed = Buffer.from(good);
    changed[40_000] = 0x62;
    const message = /request signature we calculated does not match/;
    expect(() => decode(changed, plain.seed, false, 5000)).toThrow(message);
    expect(() => decode(body([...plain.chunks].reverse(), '\r\n'), plain.seed, false, 5000)).toThrow(message);
    expect(() => decode(good, trailer.seed, false, 5000)).toThrow(message);
    const end = `x-amz-checksum-crc32c:AAAAAA==\r\nx-amz-trailer-signature:${trailer.signature}\r\n\r\n`;
    expect(() => decode(body(trailer.chunks, end), trailer.seed, true, 5000)).toThrow(message);
    expect(() =>
      decode(body(trailer.chunks, `x-amz-checksum-crc32c:${trailer.checksum}\r\n\r\n`), trailer.seed, true, 5000),
    ).toThrow(message);
  });

  it('refuses a body that ends early, at whatever byte', () => {
    const { plain } = examples.chunked;
    const good = body(plain.chunks, '\r\n');
    for (const length of [
      0,
      1,
      20,
      86,
      90,
      40_000,
      65_623,
      65_625,
      66_000,
      good.length - 90,
      good.length - 5,
      good.length - 3,
    ]) {
      expect(() => decode(good.subarray(0, length), plain.seed, false, 9999), `${length} bytes`).toThrow();
    }
  });
});
