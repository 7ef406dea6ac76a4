import { createHash, type Hash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** The checksum algorithms of S3, as `x-amz-checksum-algorithm` spells them. https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html */
export type ChecksumAlgorithm = 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA1' | 'SHA256';

export const CHECKSUM_ALGORITHMS: readonly ChecksumAlgorithm[] = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'];

/** A checksum in the making. `digest` gives base64 of the big-endian value, as the `x-amz-checksum-*` headers hold it. */
export interface Checksum {
  readonly update: (bytes: Uint8Array) => void;
  readonly digest: () => string;
}

/** The algorithm of a header such as `x-amz-checksum-crc32c`; `undefined` for any other header. */
export function checksumAlgorithmOf(header: string): ChecksumAlgorithm | undefined {
  if (!header.startsWith('x-amz-checksum-')) return undefined;
  const name = header.slice('x-amz-checksum-'.length).toUpperCase();
  return CHECKSUM_ALGORITHMS.find((algorithm) => algorithm === name);
}

/** Starts a checksum of the algorithm. */
export function createChecksum(algorithm: ChecksumAlgorithm): Checksum {
  switch (algorithm) {
    case 'CRC32':
      return fromCrc((bytes, value) => crc32(bytes, value));
    case 'CRC32C':
      return fromCrc(crc32c);
    case 'CRC64NVME':
      return crc64nvme();
    case 'SHA1':
      return fromHash(createHash('sha1'));
    case 'SHA256':
      return fromHash(createHash('sha256'));
  }
}

/** The checksum of bytes in one go, base64. */
export function checksumOf(algorithm: ChecksumAlgorithm, bytes: Uint8Array): string {
  const checksum = createChecksum(algorithm);
  checksum.update(bytes);
  return checksum.digest();
}

function fromHash(hash: Hash): Checksum {
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('base64') };
}

function fromCrc(step: (bytes: Uint8Array, value: number) => number): Checksum {
  let value = 0;
  return {
    update: (bytes) => {
      value = step(bytes, value);
    },
    digest: () => {
      const out = Buffer.alloc(4);
      out.writeUInt32BE(value >>> 0);
      return out.toString('base64');
    },
  };
}

/** Slicing by 8: table k gives the effect of a byte k places before the end of a block of eight. */
const SLICES = 8;

/** Castagnoli polynomial, reflected. RFC 3720, appendix B.4. */
const CRC32C_POLYNOMIAL = 0x82f63b78;
let crc32cTable: Uint32Array | undefined;

function makeCrc32cTable(): Uint32Array {
  const table = new Uint32Array(SLICES * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let value = byte;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ CRC32C_POLYNOMIAL : value >>> 1;
    table[byte] = value >>> 0;
  }
  for (let at = 256; at < table.length; at += 1) {
    const before = at32(table, at - 256);
    table[at] = (before >>> 8) ^ at32(table, before & 0xff);
  }
  return table;
}

function at32(table: Uint32Array, index: number): number {
  return table[index] as number;
}

function crc32c(bytes: Uint8Array, start: number): number {
  crc32cTable ??= makeCrc32cTable();
  const table = crc32cTable;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let value = ~start;
  let at = 0;
  for (; at + 8 <= bytes.length; at += 8) {
    const low = value ^ view.getUint32(at, true);
    const high = view.getUint32(at + 4, true);
    value = slice(table, 4, low) ^ slice(table, 0, high);
  }
  for (; at < bytes.length; at += 1) value = at32(table, (value ^ (bytes[at] as number)) & 0xff) ^ (value >>> 8);
  return ~value >>> 0;
}

/** Looks the four bytes of a word up, the last byte in table `last`. */
function slice(table: Uint32Array, last: number, word: number): number {
  return (
    at32(table, (last + 3) * 256 + (word & 0xff)) ^
    at32(table, (last + 2) * 256 + ((word >>> 8) & 0xff)) ^
    at32(table, (last + 1) * 256 + ((word >>> 16) & 0xff)) ^
    at32(table, last * 256 + (word >>> 24))
  );
}

/** NVM Express polynomial, reflected, in two halves. NVM Express NVM Command Set Specification, "64b CRC". */
const CRC64_HIGH = 0x9a6c9329;
const CRC64_LOW = 0xac4bc9b5;
let crc64Tables: { readonly high: Uint32Array; readonly low: Uint32Array } | undefined;

function makeCrc64Tables(): { readonly high: Uint32Array; readonly low: Uint32Array } {
  const high = new Uint32Array(SLICES * 256);
  const low = new Uint32Array(SLICES * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let upper = 0;
    let lower = byte;
    for (let bit = 0; bit < 8; bit += 1) {
      const odd = lower & 1;
      lower = ((lower >>> 1) | (upper << 31)) >>> 0;
      upper >>>= 1;
      if (odd === 0) continue;
      upper = (upper ^ CRC64_HIGH) >>> 0;
      lower = (lower ^ CRC64_LOW) >>> 0;
    }
    high[byte] = upper;
    low[byte] = lower;
  }
  for (let at = 256; at < high.length; at += 1) {
    const upper = at32(high, at - 256);
    const lower = at32(low, at - 256);
    const index = lower & 0xff;
    high[at] = (upper >>> 8) ^ at32(high, index);
    low[at] = ((lower >>> 8) | (upper << 24)) ^ at32(low, index);
  }
  return { high, low };
}

function crc64nvme(): Checksum {
  crc64Tables ??= makeCrc64Tables();
  const { high, low } = crc64Tables;
  let upper = 0xffffffff;
  let lower = 0xffffffff;
  return {
    update: (bytes) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      let at = 0;
      for (; at + 8 <= bytes.length; at += 8) {
        const first = lower ^ view.getUint32(at, true);
        const second = upper ^ view.getUint32(at + 4, true);
        upper = slice(high, 4, first) ^ slice(high, 0, second);
        lower = slice(low, 4, first) ^ slice(low, 0, second);
      }
      for (; at < bytes.length; at += 1) {
        const index = (lower ^ (bytes[at] as number)) & 0xff;
        lower = ((lower >>> 8) | (upper << 24)) ^ at32(low, index);
        upper = (upper >>> 8) ^ at32(high, index);
      }
    },
    digest: () => {
      const out = Buffer.alloc(8);
      out.writeUInt32BE(~upper >>> 0, 0);
      out.writeUInt32BE(~lower >>> 0, 4);
      return out.toString('base64');
    },
  };
}
