import { createHash, type Hash } from 'node:crypto';
import { AwsError } from '../contract.ts';
import { type CredentialScope, EMPTY_SHA256, sameSignature, scopeText, sha256Hex, signText } from './signature.ts';

/** What signs the chunks of a `STREAMING-AWS4-HMAC-SHA256-PAYLOAD` upload. */
export interface ChunkSigner {
  readonly key: Uint8Array;
  readonly amzDate: string;
  readonly scope: CredentialScope;
  /** Signature of the request's headers, the first link of the chain. */
  readonly seed: string;
}

/** Takes an aws-chunked body piece by piece. Throws AWS's errors. */
export interface ChunkDecoder {
  readonly write: (bytes: Buffer) => void;
  /** Checks that the body was complete; gives the trailers. */
  readonly end: () => Readonly<Record<string, string>>;
}

const MAX_LINE = 4096;
const MAX_TRAILERS = 16;
/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html: every chunk but the last has at least 8 KB. */
const MIN_CHUNK = 8192;

function incomplete(): AwsError {
  return new AwsError('IncompleteBody', 400, 'The request body terminated unexpectedly');
}

function badChunk(): AwsError {
  return new AwsError('InvalidRequest', 400, 'The request body is not in the aws-chunked encoding that it announces.');
}

function badTrailer(): AwsError {
  return new AwsError(
    'MalformedTrailerError',
    400,
    'The request contained trailing data that was not well-formed or did not conform to our published schema.',
  );
}

function badSignature(): AwsError {
  return new AwsError(
    'SignatureDoesNotMatch',
    403,
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  );
}

/**
 * A decoder of the `aws-chunked` encoding: gives the payload to `onData`, verifies each chunk's signature and the trailer's when
 * there is a signer, and collects the trailing headers when the request announces them.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html, …/sigv4-streaming-trailers.html
 */
export function createChunkDecoder(
  onData: (bytes: Buffer) => void,
  expectTrailer: boolean,
  signer: ChunkSigner | undefined,
): ChunkDecoder {
  let state: 'header' | 'data' | 'data-end' | 'trailer' | 'done' = 'header';
  let line: Buffer[] = [];
  let lineLength = 0;
  let remaining = 0;
  let previous = signer?.seed ?? '';
  let claimed = '';
  let hash: Hash | undefined;
  let smallChunk = false;
  const trailers: Record<string, string> = Object.create(null);
  let trailerCount = 0;
  let signedTrailer = '';
  let trailerSignature: string | undefined;

  const verifyChunk = (): void => {
    if (signer === undefined || hash === undefined) return;
    const text = `AWS4-HMAC-SHA256-PAYLOAD\n${signer.amzDate}\n${scopeText(signer.scope)}\n${previous}\n${EMPTY_SHA256}\n${hash.digest('hex')}`;
    const expected = signText(signer.key, text);
    if (!sameSignature(expected, claimed)) throw badSignature();
    previous = expected;
  };

  const startChunk = (text: string): void => {
    const match = /^([0-9a-fA-F]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(text);
    if (match === null || (signer !== undefined) !== (match[2] !== undefined)) throw badChunk();
    remaining = Number.parseInt(match[1] ?? '', 16);
    claimed = match[2] ?? '';
    if (signer !== undefined) hash = createHash('sha256');
    if (remaining > 0) {
      if (smallChunk) {
        throw new AwsError(
          'InvalidChunkSizeError',
          403,
          'Only the last chunk is allowed to have a size less than 8192 bytes',
        );
      }
      smallChunk = remaining < MIN_CHUNK;
      state = 'data';
      return;
    }
    verifyChunk();
    state = 'trailer';
  };

  const trailerLine = (text: string): void => {
    if (text === '') {
      finishTrailer();
      return;
    }
    const cut = text.indexOf(':');
    trailerCount += 1;
    if (!expectTrailer || cut < 1 || trailerCount > MAX_TRAILERS) throw badTrailer();
    const name = text.slice(0, cut).trim().toLowerCase();
    const value = text.slice(cut + 1).trim();
    if (trailerSignature !== undefined || name in trailers) throw badTrailer();
    if (name === 'x-amz-trailer-signature') {
      trailerSignature = value;
      return;
    }
    trailers[name] = value;
    signedTrailer += `${name}:${value}\n`;
  };

  const finishTrailer = (): void => {
    state = 'done';
    if (signer === undefined) {
      if (trailerSignature !== undefined) throw badTrailer();
      return;
    }
    if (!expectTrailer) return;
    const text = `AWS4-HMAC-SHA256-TRAILER\n${signer.amzDate}\n${scopeText(signer.scope)}\n${previous}\n${sha256Hex(signedTrailer)}`;
    if (!sameSignature(signText(signer.key, text), trailerSignature ?? '')) throw badSignature();
  };

  const takeLine = (text: string): void => {
    if (state === 'header') startChunk(text);
    else if (state === 'trailer') trailerLine(text);
    else if (text === '') state = 'header';
    else throw badChunk();
  };

  /** Reads up to the next line feed; gives how many bytes were taken. */
  const readLine = (bytes: Buffer, at: number): number => {
    const feed = bytes.indexOf(0x0a, at);
    const end = feed < 0 ? bytes.length : feed + 1;
    lineLength += end - at;
    if (lineLength > MAX_LINE) throw badChunk();
    line.push(bytes.subarray(at, end));
    if (feed < 0) return end;
    const text = Buffer.concat(line).toString('latin1');
    line = [];
    lineLength = 0;
    // botocore ends a trailer line with a bare line feed when it signs it; AWS takes both.
    takeLine(text.endsWith('\r\n') ? text.slice(0, -2) : text.slice(0, -1));
    return end;
  };

  const readData = (bytes: Buffer, at: number): number => {
    const end = Math.min(bytes.length, at + remaining);
    const piece = bytes.subarray(at, end);
    hash?.update(piece);
    onData(piece);
    remaining -= piece.length;
    if (remaining === 0) {
      verifyChunk();
      state = 'data-end';
    }
    return end;
  };

  return {
    write: (bytes) => {
      let at = 0;
      while (at < bytes.length) {
        if (state === 'done') throw badChunk();
        at = state === 'data' ? readData(bytes, at) : readLine(bytes, at);
      }
    },
    end: () => {
      // A body without trailer may end right after its last chunk.
      if (state === 'trailer' && lineLength === 0 && trailerCount === 0 && !expectTrailer) finishTrailer();
      if (state !== 'done') throw incomplete();
      return trailers;
    },
  };
}
