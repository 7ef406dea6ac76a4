import { accessDenied, s3Error } from './errors.ts';

/**
 * Throws where a request expects its bucket to belong to another account than it does.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
 */
export function checkExpectedOwner(expected: string | undefined, owner: string): void {
  if (expected === undefined || expected === owner) return;
  if (/^\d{12}$/.test(expected)) throw accessDenied();
  throw s3Error(
    'InvalidBucketOwnerAWSAccountID',
    400,
    'The value of the expected bucket owner parameter must be an AWS account ID',
  );
}
