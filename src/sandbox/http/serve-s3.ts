import { AwsError, type AwsRequest, type AwsResponse } from '../contract.ts';
import { ANONYMOUS } from '../identity/caller.ts';
import type { Identity } from '../identity/credentials.ts';
import { type Payload, readPayload } from '../sigv4/payload.ts';
import { type Presented, readClaim, type Verified, verifySignature } from '../sigv4/verify.ts';
import type { Exchange } from './exchange.ts';
import { perform } from './perform.ts';
import type { WireRequest } from './request.ts';
import { contextOf, noteUse, remoteAddress } from './request-context.ts';

/** Authenticates a request to S3 and has it served. The payload is read, and verified, when the service asks for it. */
export async function serveS3(
  exchange: Exchange,
  presentation: Presented,
  service: 's3' | 's3control',
  id: string,
): Promise<AwsResponse> {
  const { parts, wire, message } = exchange;
  const claim = presentation.kind === 'anonymous' ? undefined : readClaim(wire, presentation, 's3');
  const verified =
    claim === undefined ? undefined : verifySignature(wire, presentation, claim, 's3', undefined, parts.verifier);
  exchange.signedRegion = claim?.scope.region;
  let payload: Promise<Payload> | undefined;
  let trailers: Readonly<Record<string, string>> = {};
  const request: AwsRequest = {
    id,
    method: wire.method,
    host: wire.host,
    rawPath: wire.rawPath,
    rawQuery: wire.rawQuery,
    headers: serviceHeaders(wire, presentation),
    body: async () => {
      payload ??= readS3Payload(exchange, verified, parts.s3.operationOf(request));
      const read = await payload;
      trailers = read.trailers;
      return read.bytes;
    },
    trailers: () => trailers,
    sourceIp: parts.network.sourceIp ?? remoteAddress(message),
    ...(claim === undefined
      ? {}
      : { signature: { type: claim.type, region: claim.scope.region, accessKeyId: claim.keyId } }),
  };
  const name = { dialect: 's3', service, operation: parts.s3.operationOf(request) ?? '', claim } as const;
  return perform(exchange, name, () => {
    const caller = verified === undefined ? ANONYMOUS : parts.world.callerOf(verified.principal);
    noteUse(parts, verified, 's3');
    return parts.s3.handle(request, contextOf(exchange, caller, request, verified));
  });
}

/** The headers that a service sees: those that a presigned URL carries in its query, and without the transport's encoding. */
function serviceHeaders(wire: WireRequest, presentation: Presented): Readonly<Record<string, string>> {
  const encoding = wire.headers['content-encoding'];
  const lifted = presentation.kind === 'query';
  if (!lifted && encoding === undefined) return wire.headers;
  const headers: Record<string, string> = Object.assign(Object.create(null), wire.headers);
  if (encoding !== undefined) {
    const kept = encoding
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== 'aws-chunked' && part !== '');
    if (kept.length > 0) headers['content-encoding'] = kept.join(',');
    else delete headers['content-encoding'];
  }
  if (lifted) {
    for (const [name, value] of presentation.parameters) {
      const header = name.toLowerCase();
      if (header.startsWith('x-amz-') && !SIGNING_PARAMETERS.has(header)) headers[header] ??= value;
    }
  }
  return headers;
}

const SIGNING_PARAMETERS = new Set([
  'x-amz-algorithm',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-expires',
  'x-amz-signedheaders',
  'x-amz-signature',
  'x-amz-security-token',
]);

/** The checksum headers of CompleteMultipartUpload are about the object that it makes, not about the list of parts that it sends. */
function payloadHeaders(wire: WireRequest, operation: string | undefined): Readonly<Record<string, string>> {
  if (operation !== 'CompleteMultipartUpload') return wire.headers;
  return Object.fromEntries(Object.entries(wire.headers).filter(([name]) => !name.startsWith('x-amz-checksum-')));
}

function readS3Payload(
  exchange: Exchange,
  verified: Verified<Identity> | undefined,
  operation: string | undefined,
): Promise<Payload> {
  const { parts, wire, source } = exchange;
  const payloadHash = verified?.payloadHash ?? wire.headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD';
  const signedChunks = payloadHash.startsWith('STREAMING-AWS4-');
  if (signedChunks && verified === undefined) {
    throw new AwsError('AccessDenied', 403, 'Access Denied');
  }
  return readPayload(source, {
    headers: payloadHeaders(wire, operation),
    payloadHash,
    maxBytes: parts.maxBodyBytes,
    ...(signedChunks && verified !== undefined
      ? {
          signer: {
            key: verified.signingKey,
            amzDate: verified.claim.amzDate,
            scope: verified.claim.scope,
            seed: verified.claim.signature,
          },
        }
      : {}),
  });
}
