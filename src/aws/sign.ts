import { createHash, createHmac } from 'node:crypto';
import type { AwsCredentials } from './credential-chain.ts';

/** A request before it is sent, as the SDK's serializers make it: the path is encoded, the query is not. */
export interface SignableRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | readonly string[] | null>>;
  headers: Record<string, string>;
  readonly body?: unknown;
}

/** What the signature is for. */
export interface SigningScope {
  readonly region: string;
  /** `s3` or `sts`: of others the path would have to be encoded twice. */
  readonly service: string;
}

/** Intermediaries may change them, so the SDK does not sign them, either. */
const UNSIGNED: ReadonlySet<string> = new Set(['user-agent', 'expect', 'connection', 'x-amzn-trace-id']);

/**
 * Signs a request by its headers, which it adds: Signature Version 4 with the hash of the whole body.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signRequest(
  request: SignableRequest,
  credentials: AwsCredentials,
  scope: SigningScope,
  date: Date,
): void {
  const time = date.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = time.slice(0, 8);
  const { headers, body } = request;
  const payload = createHash('sha256')
    .update(typeof body === 'string' || body instanceof Uint8Array ? body : '')
    .digest('hex');
  headers['x-amz-date'] = time;
  if (credentials.sessionToken !== undefined) headers['x-amz-security-token'] = credentials.sessionToken;
  headers['x-amz-content-sha256'] = payload;
  const names = Object.keys(headers).filter((name) => !UNSIGNED.has(name));
  names.sort();
  const signed = names.join(';');
  const lines = names.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/\s+/g, ' ')}\n`).join('');
  const canonical = `${request.method}\n${request.path}\n${canonicalQuery(request.query)}\n${lines}\n${signed}\n${payload}`;
  const where = `${day}/${scope.region}/${scope.service}/aws4_request`;
  const text = `AWS4-HMAC-SHA256\n${time}\n${where}\n${createHash('sha256').update(canonical).digest('hex')}`;
  const signature = createHmac('sha256', signingKey(credentials, day, scope))
    .update(text)
    .digest('hex');
  headers.authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${where}, SignedHeaders=${signed}, Signature=${signature}`;
}

function canonicalQuery(query: SignableRequest['query']): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? [...value].sort() : [value ?? '']).map((one) => `${encode(name)}=${encode(String(one))}`),
  );
  return pairs.sort().join('&');
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Keys of a day, by the credentials that they are derived from; gone with them. */
const keys = new WeakMap<AwsCredentials, Map<string, Buffer>>();

function signingKey(credentials: AwsCredentials, day: string, { region, service }: SigningScope): Buffer {
  const own = keys.get(credentials) ?? new Map<string, Buffer>();
  keys.set(credentials, own);
  const name = `${day}/${region}/${service}`;
  const known = own.get(name);
  if (known !== undefined) return known;
  const key = [day, region, service, 'aws4_request'].reduce<Buffer>(
    (last, part) => createHmac('sha256', last).update(part).digest(),
    Buffer.from(`AWS4${credentials.secretAccessKey}`),
  );
  own.set(name, key);
  return key;
}
