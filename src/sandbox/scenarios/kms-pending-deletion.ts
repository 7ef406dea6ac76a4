import { encryptedBucket, ROLE_WAY, roleWithKey, standardKey } from './standard.ts';
import type { Scenario } from './types.ts';

export const kmsPendingDeletion: Scenario = {
  name: 'kms-pending-deletion',
  title: 'The key waits for its deletion',
  symptom: 'Listing works, writing and reading fail: KMS.KMSInvalidStateException.',
  reason: 'The deletion of the key is scheduled. When its day comes, everything that it encrypts is lost.',
  sources: [{ fault: 'C5' }, { page: 'https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html' }],
  world: {
    keys: [standardKey({ state: 'PendingDeletion' })],
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
        rule: 'kms-pending-deletion',
        layer: 'kms',
        evidence: 'aws',
        fix: ['Cancel the deletion'],
      },
    ],
  },
  onlyInSandbox: 'S3 of LocalEmu does not ask KMS.',
};
