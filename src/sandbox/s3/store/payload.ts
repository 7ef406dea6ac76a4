/**
 * What an object or part holds. Small payloads are kept as Latin-1 strings: a Buffer costs some 200 bytes beside its content, which
 * counts with a million small objects; and a small Buffer is a slice of Node's shared pool, which it would keep alive.
 */
export type Payload = string | Uint8Array | readonly Payload[];

const SMALL = 2048;

/** A copy of the bytes that keeps no other memory alive. */
export function storePayload(bytes: Uint8Array): Payload {
  if (bytes.byteLength <= SMALL) {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  }
  if (bytes.byteLength === bytes.buffer.byteLength) return bytes;
  const copy = Buffer.allocUnsafeSlow(bytes.byteLength);
  copy.set(bytes);
  return copy;
}

/** Bytes of a payload. */
function payloadLength(payload: Payload): number {
  if (typeof payload === 'string') return payload.length;
  if (payload instanceof Uint8Array) return payload.byteLength;
  let length = 0;
  for (const piece of payload) length += payloadLength(piece);
  return length;
}

/** The bytes from `start` up to, not including, `end`. */
export function readPayload(payload: Payload, start = 0, end = payloadLength(payload)): Uint8Array {
  if (typeof payload === 'string') return Buffer.from(payload.slice(start, end), 'latin1');
  if (payload instanceof Uint8Array) return payload.subarray(start, end);
  const pieces: Uint8Array[] = [];
  let offset = 0;
  for (const piece of payload) {
    const length = payloadLength(piece);
    const from = Math.max(start - offset, 0);
    const to = Math.min(end - offset, length);
    if (from < to) pieces.push(readPayload(piece, from, to));
    offset += length;
  }
  const [only] = pieces;
  return pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces);
}
