import { encryptedBucket, ROLE_WAY, roleWithKey, standardKey } from './standard.ts';
import type { Scenario } from './types.ts';

export const kmsDisabled: Scenario = {
  name: 'kms-disabled',
  title: 'The key is disabled',
  symptom: 'Listing works, writing and reading fail: KMS.DisabledException.',
  reason: 'Somebody disabled the key of the bucket.',
  sources: [{ fault: 'C5' }, { page: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html' }],
  world: {
    keys: [standardKey({ state: 'Disabled' })],
    roles: [roleWithKey()],
    buckets: [encryptedBucket()],
  },
  verify: ROLE_WAY,
  expected: {
    exitCode: 1,
    checks: [
      { id: 'put-object', result: 'deny', rule: 'kms-disabled', layer: 'kms', evidence: 'aws', cause: ['is disabled'] },
    ],
  },
  onlyInSandbox: 'S3 of LocalEmu does not ask KMS.',
};
