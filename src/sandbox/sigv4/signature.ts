import { createHmac, hash, timingSafeEqual } from 'node:crypto';

/** The scope of a credential: `YYYYMMDD/region/service/aws4_request`. */
export interface CredentialScope {
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

export const ALGORITHM = 'AWS4-HMAC-SHA256';

/** SHA-256 of nothing, in hex. */
export const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** SHA-256 in hex. */
export function sha256Hex(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex');
}

function hmac(key: string | Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text, 'utf8').digest();
}

/** The text of a scope, as it stands in the string to sign. */
export function scopeText(scope: CredentialScope): string {
  return `${scope.date}/${scope.region}/${scope.service}/aws4_request`;
}

/** A cache of signing keys, bounded: four HMACs saved for each request of a client that signed before. */
export interface SigningKeys {
  readonly get: (secret: string, scope: CredentialScope) => Buffer;
}

const MAX_SIGNING_KEYS = 1000;

/** Makes an empty cache of signing keys. */
export function createSigningKeys(): SigningKeys {
  const keys = new Map<string, Buffer>();
  return {
    get: (secret, scope) => {
      const id = `${secret}\n${scopeText(scope)}`;
      const known = keys.get(id);
      if (known !== undefined) return known;
      const key = signingKey(secret, scope);
      const oldest = keys.keys().next();
      if (keys.size >= MAX_SIGNING_KEYS && oldest.done !== true) keys.delete(oldest.value);
      keys.set(id, key);
      return key;
    },
  };
}

/** The signing key of a secret for a scope. */
export function signingKey(secret: string, scope: CredentialScope): Buffer {
  const date = hmac(`AWS4${secret}`, scope.date);
  return hmac(hmac(hmac(date, scope.region), scope.service), 'aws4_request');
}

/** The string to sign of a canonical request. */
export function stringToSign(amzDate: string, scope: CredentialScope, canonical: string): string {
  return `${ALGORITHM}\n${amzDate}\n${scopeText(scope)}\n${sha256Hex(canonical)}`;
}

const BLOCK_BYTES = 64;

/** A key of at most one block, XORed with a byte. */
function padded(key: Uint8Array, byte: number): Buffer {
  const pad = Buffer.alloc(BLOCK_BYTES, byte);
  for (let at = 0; at < key.length; at += 1) pad[at] = (key[at] ?? 0) ^ byte;
  return pad;
}

/**
 * The signature of a text, in hex: HMAC by RFC 2104 from one-shot hashes. An `Hmac` object for each request would live until the
 * next full collection, and a busy sandbox would hold megabytes of them. The key has at most 64 bytes, as signing keys do.
 */
export function signText(key: Uint8Array, text: string): string {
  const inner = hash('sha256', Buffer.concat([padded(key, 0x36), Buffer.from(text, 'utf8')]), 'buffer');
  return hash('sha256', Buffer.concat([padded(key, 0x5c), inner]), 'hex');
}

/** Compares two signatures in constant time. */
export function sameSignature(expected: string, given: string): boolean {
  const a = Buffer.from(expected);
  const b = Buffer.from(given);
  return a.length === b.length && timingSafeEqual(a, b);
}
