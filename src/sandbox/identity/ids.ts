import { randomBytes, randomInt } from 'node:crypto';

/** Prefixes of unique ids. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids */
export type UniqueIdPrefix = 'AROA' | 'AIDA' | 'ANPA';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function base32(bytes: Uint8Array): string {
  let bits = 0n;
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte);
  let text = '';
  for (let left = (bytes.length * 8) / 5; left > 0; left -= 1) {
    text = (BASE32[Number(bits & 31n)] ?? '') + text;
    bits >>= 5n;
  }
  return text;
}

/** A new unique id: the prefix and 17 characters. */
export function uniqueId(prefix: UniqueIdPrefix): string {
  return `${prefix}${BASE32[randomInt(32)]}${base32(randomBytes(10))}`;
}

/**
 * A new access key id, the prefix and 16 characters. As in AWS, the account stands in it: tools that read the account out of
 * a key id work on the sandbox's, too.
 */
export function accessKeyId(prefix: 'AKIA' | 'ASIA', account: string): string {
  const bytes = randomBytes(10);
  const head = (1n << 47n) | (BigInt(account) << 7n) | BigInt((bytes[5] ?? 0) & 0x7f);
  bytes.writeUIntBE(Number(head), 0, 6);
  return prefix + base32(bytes);
}

/** The account in an access key id; `undefined` when it is not of the form. */
export function accountOfKeyId(keyId: string): string | undefined {
  if (!/^(?:AKIA|ASIA)[A-Z2-7]{16}$/.test(keyId)) return undefined;
  let bits = 0n;
  for (const character of keyId.slice(4)) bits = (bits << 5n) | BigInt(BASE32.indexOf(character));
  return String((bits >> 39n) & 0xff_ffff_ffffn).padStart(12, '0');
}

/** Begins every secret that the sandbox makes, so that none can be taken for one of AWS. */
const SECRET_PREFIX = 'sandbox+';

/** A new secret access key: 40 characters, as AWS's have, with the sandbox's prefix. */
export function secretAccessKey(bytes: Uint8Array = randomBytes(24)): string {
  return SECRET_PREFIX + Buffer.from(bytes).subarray(0, 24).toString('base64');
}

const POOL_BYTES = 8192;
let pool = Buffer.alloc(0);

/** Random bytes for ids that need not be secret, drawn from the system in bulk: a call for each request costs more than the request's signature. */
function pooled(length: number): Buffer {
  if (pool.length < length) pool = randomBytes(POOL_BYTES);
  const bytes = pool.subarray(0, length);
  pool = pool.subarray(length);
  return bytes;
}

/** The ids of a request to S3: `x-amz-request-id`, and `x-amz-id-2` that AWS's support asks for. */
export function s3RequestIds(): { readonly id: string; readonly hostId: string } {
  return { id: pooled(8).toString('hex').toUpperCase(), hostId: pooled(42).toString('base64') };
}
