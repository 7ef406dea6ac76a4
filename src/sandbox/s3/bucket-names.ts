import { s3Error } from './errors.ts';

const RESERVED_BEGINNINGS = ['xn--', 'sthree-', 'amzn-s3-demo-'];
const RESERVED_ENDINGS = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3', '-an'];

/**
 * Throws InvalidBucketName for a name that general purpose buckets may not have.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
export function checkBucketName(name: string): void {
  const good =
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
    !name.includes('..') &&
    !/^\d{1,3}(?:\.\d{1,3}){3}$/.test(name) &&
    !RESERVED_BEGINNINGS.some((beginning) => name.startsWith(beginning)) &&
    !RESERVED_ENDINGS.some((ending) => name.endsWith(ending));
  if (!good) throw s3Error('InvalidBucketName', 400, 'The specified bucket is not valid.', { BucketName: name });
}
