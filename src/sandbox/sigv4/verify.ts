import { AwsError } from '../contract.ts';
import { type Claim, claimedService, parseAuthorizationHeader, parsePresignedQuery } from './authorization.ts';
import { canonicalRequest, parseQuery, type SignableRequest } from './canonical.ts';
import {
  type AuthenticationErrors,
  authenticationErrors,
  type Dialect,
  isoSeconds,
  MAX_EARLY_MS,
  MAX_SKEW_MS,
} from './errors.ts';
import { EMPTY_SHA256, type SigningKeys, sameSignature, signText, stringToSign } from './signature.ts';

/** What the key store says of an access key id with its session token. `principal` is whatever the store wants back. */
export type KeyLookup<P> =
  | { readonly status: 'found'; readonly secret: string; readonly principal: P }
  | { readonly status: 'unknown-key' }
  | { readonly status: 'invalid-token' }
  | { readonly status: 'expired'; readonly secret: string };

/** What verification needs beside the request. */
export interface Verifier<P> {
  readonly lookup: (keyId: string, token: string | undefined) => KeyLookup<P>;
  readonly signingKeys: SigningKeys;
  /** The clock that signatures are compared with. */
  readonly now: () => Date;
}

/** A request whose signature holds. */
export interface Verified<P> {
  readonly principal: P;
  readonly claim: Claim;
  readonly signingKey: Buffer;
  /** The payload hash that was signed: `x-amz-content-sha256`, or the hash of the body for the query services. */
  readonly payloadHash: string;
}

/** What tells a signed request from an anonymous one, and whose dialect its errors are in. */
export interface Presented {
  readonly kind: 'anonymous' | 'header' | 'query';
  readonly service: string | undefined;
  readonly parameters: readonly (readonly [string, string])[];
}

/** How a request presents itself, nothing verified. Throws S3's InvalidURI for a query that is not UTF-8. */
export function presented(request: SignableRequest): Presented {
  const parameters = parseParameters(request.rawQuery);
  const authorization = request.headers.authorization;
  const parameter = (name: string): string | undefined => parameters.find(([key]) => key === name)?.[1];
  const inQuery = parameters.some(
    ([name]) => name === 'X-Amz-Algorithm' || name === 'X-Amz-Signature' || name === 'X-Amz-Credential',
  );
  if (authorization === undefined && !inQuery) return { kind: 'anonymous', service: undefined, parameters };
  const service = claimedService(authorization, parameter('X-Amz-Credential'));
  if (authorization !== undefined && inQuery) {
    throw new AwsError(
      'InvalidArgument',
      400,
      'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
      { fields: { ArgumentName: 'Authorization' } },
    );
  }
  return { kind: inQuery ? 'query' : 'header', service, parameters };
}

function parseParameters(rawQuery: string): readonly (readonly [string, string])[] {
  try {
    return parseQuery(rawQuery);
  } catch {
    throw invalidUri();
  }
}

function invalidUri(): AwsError {
  return new AwsError('InvalidURI', 400, "Couldn't parse the specified URI.");
}

const STREAMING = /^STREAMING-(?:UNSIGNED-PAYLOAD-TRAILER|AWS4-HMAC-SHA256-PAYLOAD(?:-TRAILER)?)$/;

/** The payload hash that an S3 client signed. */
function s3PayloadHash(request: SignableRequest, presentation: Presented, claim: Claim): string {
  const inQuery = presentation.parameters.find(([name]) => name.toLowerCase() === 'x-amz-content-sha256')?.[1];
  const given = request.headers['x-amz-content-sha256'] ?? (claim.type === 'query' ? inQuery : undefined);
  if (given === undefined) {
    if (claim.type === 'query') return 'UNSIGNED-PAYLOAD';
    throw new AwsError('InvalidRequest', 400, 'Missing required header for this request: x-amz-content-sha256');
  }
  if (given !== 'UNSIGNED-PAYLOAD' && !STREAMING.test(given) && !/^[0-9a-f]{64}$/.test(given)) {
    throw new AwsError(
      'InvalidArgument',
      400,
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.',
      { fields: { ArgumentName: 'x-amz-content-sha256', ArgumentValue: given } },
    );
  }
  return given;
}

/** Host must be signed, and every `x-amz-*` header that is sent. */
function checkSignedHeaders(request: SignableRequest, claim: Claim, errors: AuthenticationErrors): void {
  const signed = new Set(claim.signedHeaders);
  const unsigned = Object.keys(request.headers).filter(
    (name) => (name === 'host' || name.startsWith('x-amz-')) && !signed.has(name),
  );
  if (unsigned.length > 0) throw errors.notSigned(unsigned);
}

function checkTime(claim: Claim, dialect: Dialect, now: Date, errors: AuthenticationErrors): void {
  if (claim.amzDate.slice(0, 8) !== claim.scope.date) throw scopeDateError(claim, dialect);
  const age = now.getTime() - claim.time.getTime();
  const facts = { amzDate: claim.amzDate, requestTime: claim.time, serverTime: now };
  if (claim.expires !== undefined) {
    if (age < -MAX_SKEW_MS) throw new AwsError('AccessDenied', 403, 'Request is not valid yet');
    if (age > claim.expires * 1000) throw expiredUrl(claim, claim.expires, now);
    return;
  }
  if (age > MAX_SKEW_MS || -age > (dialect === 's3' ? MAX_SKEW_MS : MAX_EARLY_MS)) throw errors.skewed(facts);
}

function expiredUrl(claim: Claim, expires: number, now: Date): AwsError {
  return new AwsError('AccessDenied', 403, 'Request has expired', {
    fields: {
      'X-Amz-Expires': String(expires),
      Expires: isoSeconds(new Date(claim.time.getTime() + expires * 1000)),
      ServerTime: isoSeconds(now),
    },
  });
}

function scopeDateError(claim: Claim, dialect: Dialect): AwsError {
  if (dialect !== 's3') {
    return new AwsError(
      dialect === 'json' ? 'InvalidSignatureException' : 'SignatureDoesNotMatch',
      dialect === 'json' ? 400 : 403,
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${claim.scope.date}' != '${claim.amzDate.slice(0, 8)}', from '${claim.amzDate}'.`,
    );
  }
  const detail = `Invalid credential date "${claim.scope.date}". This date is not the same as X-Amz-Date: "${claim.amzDate.slice(0, 8)}".`;
  return claim.type === 'query'
    ? new AwsError('AuthorizationQueryParametersError', 400, detail)
    : new AwsError('AuthorizationHeaderMalformed', 400, `The authorization header is malformed; ${detail}`);
}

/** The header or query claim of a request that is not anonymous. Throws AWS's errors for what is malformed. */
export function readClaim(request: SignableRequest, presentation: Presented, dialect: Dialect): Claim {
  return presentation.kind === 'query'
    ? parsePresignedQuery(presentation.parameters, dialect === 's3')
    : parseAuthorizationHeader(request.headers.authorization ?? '', request.headers, authenticationErrors(dialect));
}

/**
 * Verifies the signature of a request that presents one. `bodyHash` is the SHA-256 of the body for the query services, which
 * sign it; S3 signs what `x-amz-content-sha256` says, and the body is compared with it when it is read. Throws AWS's errors.
 */
export function verifySignature<P>(
  request: SignableRequest,
  presentation: Presented,
  claim: Claim,
  dialect: Dialect,
  bodyHash: string | undefined,
  verifier: Verifier<P>,
): Verified<P> {
  const errors = authenticationErrors(dialect);
  checkSignedHeaders(request, claim, errors);
  checkTime(claim, dialect, verifier.now(), errors);
  const payloadHash = dialect === 's3' ? s3PayloadHash(request, presentation, claim) : (bodyHash ?? EMPTY_SHA256);
  const found = verifier.lookup(claim.keyId, claim.token);
  if (found.status === 'unknown-key') throw errors.unknownKey(claim.keyId);
  if (found.status === 'invalid-token') throw errors.invalidToken(claim.token ?? '');
  const signingKey = verifier.signingKeys.get(found.secret, claim.scope);
  const canonical = canonicalOf(request, presentation, claim, dialect, payloadHash);
  const text = stringToSign(claim.amzDate, claim.scope, canonical);
  if (!sameSignature(signText(signingKey, text), claim.signature)) {
    throw errors.mismatch({
      keyId: claim.keyId,
      signature: claim.signature,
      stringToSign: text,
      canonicalRequest: claim.token === undefined ? canonical : canonical.replaceAll(claim.token, '***'),
    });
  }
  if (found.status === 'expired') throw errors.expiredToken(claim.token ?? '');
  return { principal: found.principal, claim, signingKey, payloadHash };
}

function canonicalOf(
  request: SignableRequest,
  presentation: Presented,
  claim: Claim,
  dialect: Dialect,
  payloadHash: string,
): string {
  const rule = dialect === 's3' ? 'single' : 'double';
  try {
    return canonicalRequest(request, presentation.parameters, claim.signedHeaders, payloadHash, rule);
  } catch (error) {
    if (error instanceof URIError) throw invalidUri();
    throw error;
  }
}
