import { encryptedBucket, ROLE_WAY, roleWithKey, standardKey } from './standard.ts';
import type { Scenario } from './types.ts';

export const kmsMissing: Scenario = {
  name: 'kms-missing',
  title: 'The key does not exist',
  symptom: 'Listing works, writing fails: KMS.NotFoundException.',
  reason: 'The key of the bucket was deleted: its days of waiting are over.',
  sources: [{ fault: 'C5' }, { page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html' }],
  world: {
    keys: [standardKey({ state: 'Deleted' })],
    roles: [roleWithKey()],
    buckets: [encryptedBucket()],
  },
  verify: ROLE_WAY,
  expected: {
    exitCode: 1,
    checks: [
      {
        id: 'put-object',
        result: 'deny',
        rule: 'kms-missing',
        layer: 'kms',
        evidence: 'aws',
        cause: ['there is no such KMS key'],
      },
    ],
  },
  onlyInSandbox: 'S3 of LocalEmu does not ask KMS.',
};
