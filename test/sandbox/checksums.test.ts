import { describe, expect, it } from 'vitest';
import {
  CHECKSUM_ALGORITHMS,
  type ChecksumAlgorithm,
  checksumAlgorithmOf,
  checksumOf,
  createChecksum,
} from '../../src/sandbox/checksums.ts';

// Check values of "123456789": RFC 3720 B.4 (CRC32C), NVM Express NVM Command Set (CRC64), catalogue of parametrised CRC algorithms.
const CHECK_VALUES: readonly (readonly [ChecksumAlgorithm, string])[] = [
  ['CRC32', 'cbf43926'],
  ['CRC32C', 'e3069283'],
  ['CRC64NVME', 'ae8b14860a799888'],
  ['SHA1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
  ['SHA256', '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'],
];

describe('checksums', () => {
  it.each(CHECK_VALUES)('gives the published check value of %s', (algorithm, hex) => {
    expect(Buffer.from(checksumOf(algorithm, Buffer.from('123456789')), 'base64').toString('hex')).toBe(hex);
  });

  it.each(CHECKSUM_ALGORITHMS)('gives the same value of %s however the bytes are cut', (algorithm) => {
    const bytes = Buffer.from(Array.from({ length: 1000 }, (_, index) => (index * 37 + 11) & 0xff));
    const whole = checksumOf(algorithm, bytes);
    for (const cut of [1, 7, 8, 13, 500, 999]) {
      const checksum = createChecksum(algorithm);
      for (let at = 0; at < bytes.length; at += cut) checksum.update(bytes.subarray(at, at + cut));
      expect(checksum.digest()).toBe(whole);
    }
  });

  it('knows the algorithm by its header', () => {
    expect(checksumAlgorithmOf('x-amz-checksum-crc64nvme')).toBe('CRC64NVME');
    expect(checksumAlgorithmOf('x-amz-checksum-type')).toBeUndefined();
    expect(checksumAlgorithmOf('etag')).toBeUndefined();
  });
});
