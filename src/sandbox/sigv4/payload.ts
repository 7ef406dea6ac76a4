import { createHash } from 'node:crypto';
import { type Checksum, type ChecksumAlgorithm, checksumAlgorithmOf, createChecksum } from '../checksums.ts';
import { AwsError } from '../contract.ts';
import { type ChunkSigner, createChunkDecoder } from './chunked.ts';

/** A payload that was read and verified. */
export interface Payload {
  readonly bytes: Buffer;
  readonly trailers: Readonly<Record<string, string>>;
}

/** What a payload must agree with. */
export interface PayloadRule {
  readonly headers: Readonly<Record<string, string>>;
  /** The value of `x-amz-content-sha256` that was signed. */
  readonly payloadHash: string;
  /** For signed chunks. */
  readonly signer?: ChunkSigner;
  readonly maxBytes: number;
}

/** The bytes of a request as they arrive. */
export type BodySource = AsyncIterable<Buffer>;

function tooLarge(maxBytes: number): AwsError {
  return new AwsError('EntityTooLarge', 400, 'Your proposed upload exceeds the maximum allowed size', {
    fields: { MaxSizeAllowed: String(maxBytes) },
  });
}

/** Reads a body whole, with a limit and nothing else checked: what the query services need. */
export async function readBody(source: BodySource, maxBytes: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of source) {
    length += piece.length;
    if (length > maxBytes) throw tooLarge(maxBytes);
    pieces.push(piece);
  }
  return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces, length);
}

/**
 * Reads S3's payload: takes the aws-chunked framing off and verifies the signed hash or the chunk signatures, `Content-MD5`,
 * `x-amz-checksum-*` in headers and trailers, and `x-amz-decoded-content-length`. Throws AWS's errors.
 */
export async function readPayload(source: BodySource, rule: PayloadRule): Promise<Payload> {
  const streaming = rule.payloadHash.startsWith('STREAMING-');
  const expected = expectedChecksums(rule.headers, streaming);
  const decodedLength = streaming ? decodedContentLength(rule.headers) : undefined;
  if ((decodedLength ?? 0) > rule.maxBytes) throw tooLarge(rule.maxBytes);
  const sha256 = /^[0-9a-f]{64}$/.test(rule.payloadHash) ? createHash('sha256') : undefined;
  const md5 = rule.headers['content-md5'] === undefined ? undefined : createHash('md5');
  const pieces: Buffer[] = [];
  let length = 0;
  const take = (piece: Buffer): void => {
    length += piece.length;
    if (length > rule.maxBytes) throw tooLarge(rule.maxBytes);
    sha256?.update(piece);
    md5?.update(piece);
    for (const { checksum } of expected) checksum.update(piece);
    pieces.push(piece);
  };
  let trailers: Readonly<Record<string, string>> = {};
  if (streaming) {
    const decoder = createChunkDecoder(take, rule.payloadHash.endsWith('-TRAILER'), rule.signer);
    for await (const piece of source) decoder.write(piece);
    trailers = decoder.end();
  } else {
    for await (const piece of source) take(piece);
  }
  if (decodedLength !== undefined && decodedLength !== length) {
    throw new AwsError(
      'IncompleteBody',
      400,
      'You did not provide the number of bytes specified by the Content-Length HTTP header',
    );
  }
  if (sha256 !== undefined) checkSha256(rule.payloadHash, sha256.digest('hex'));
  if (md5 !== undefined) checkMd5(rule.headers['content-md5'] ?? '', md5.digest('base64'));
  for (const { header, algorithm, checksum, trailer } of expected) {
    checkChecksum(header, algorithm, trailer ? trailers[header] : rule.headers[header], checksum.digest());
  }
  checkTrailerNames(trailers, expected);
  const bytes = pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces, length);
  return { bytes, trailers };
}

interface ExpectedChecksum {
  readonly header: string;
  readonly algorithm: ChecksumAlgorithm;
  readonly checksum: Checksum;
  readonly trailer: boolean;
}

/** The checksums that the headers give or, by `x-amz-trailer`, announce. */
function expectedChecksums(headers: Readonly<Record<string, string>>, streaming: boolean): readonly ExpectedChecksum[] {
  const expected: ExpectedChecksum[] = [];
  for (const header of Object.keys(headers)) {
    const algorithm = checksumAlgorithmOf(header);
    if (algorithm !== undefined)
      expected.push({ header, algorithm, checksum: createChecksum(algorithm), trailer: false });
  }
  if (!streaming) return expected;
  for (const name of (headers['x-amz-trailer'] ?? '').split(',')) {
    const header = name.trim().toLowerCase();
    if (header === '') continue;
    const algorithm = checksumAlgorithmOf(header);
    if (algorithm === undefined) {
      throw new AwsError('InvalidRequest', 400, 'The value specified in the x-amz-trailer header is not supported');
    }
    expected.push({ header, algorithm, checksum: createChecksum(algorithm), trailer: true });
  }
  return expected;
}

function decodedContentLength(headers: Readonly<Record<string, string>>): number {
  const text = headers['x-amz-decoded-content-length'];
  if (text === undefined || !/^\d{1,15}$/.test(text)) {
    throw new AwsError('MissingContentLength', 411, 'You must provide the Content-Length HTTP header.');
  }
  return Number(text);
}

function checkSha256(given: string, computed: string): void {
  if (given === computed) return;
  throw new AwsError(
    'XAmzContentSHA256Mismatch',
    400,
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
    { fields: { ClientComputedContentSHA256: given, S3ComputedContentSHA256: computed } },
  );
}

function checkMd5(given: string, computed: string): void {
  if (!/^[A-Za-z0-9+/]{22}==$/.test(given)) {
    throw new AwsError('InvalidDigest', 400, 'The Content-MD5 you specified was invalid.', {
      fields: { 'Content-MD5': given },
    });
  }
  if (given === computed) return;
  throw new AwsError('BadDigest', 400, 'The Content-MD5 you specified did not match what we received.', {
    fields: { ExpectedDigest: given, CalculatedDigest: computed },
  });
}

const DIGEST_BYTES: Readonly<Record<ChecksumAlgorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
};

function checkChecksum(
  header: string,
  algorithm: ChecksumAlgorithm,
  given: string | undefined,
  computed: string,
): void {
  if (given === undefined) {
    throw new AwsError(
      'MalformedTrailerError',
      400,
      'The request contained trailing data that was not well-formed or did not conform to our published schema.',
    );
  }
  const bytes = Buffer.from(given, 'base64');
  if (bytes.length !== DIGEST_BYTES[algorithm] || bytes.toString('base64') !== given) {
    throw new AwsError('InvalidRequest', 400, `Value for ${header} header is invalid.`);
  }
  if (given !== computed) {
    throw new AwsError('BadDigest', 400, `The ${algorithm} you specified did not match the calculated checksum.`);
  }
}

function checkTrailerNames(trailers: Readonly<Record<string, string>>, expected: readonly ExpectedChecksum[]): void {
  for (const name of Object.keys(trailers)) {
    if (expected.some(({ header, trailer }) => trailer && header === name)) continue;
    throw new AwsError(
      'MalformedTrailerError',
      400,
      'The request contained trailing data that was not well-formed or did not conform to our published schema.',
    );
  }
}
