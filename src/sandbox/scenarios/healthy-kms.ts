import { encryptedBucket, KEY_ARN, ROLE_WAY, roleWithKey, standardKey } from './standard.ts';
import type { Scenario } from './types.ts';

export const healthyKms: Scenario = {
  name: 'healthy-kms',
  title: "A bucket that is encrypted with the client's own key",
  symptom: 'Every check passes.',
  reason:
    'The key has the default key policy, which leaves the decision to the account, and the policy of the role allows the key.',
  sources: [
    { fieldNote: 14 },
    { page: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html' },
    { page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html' },
  ],
  world: {
    keys: [standardKey()],
    roles: [roleWithKey()],
    buckets: [encryptedBucket()],
  },
  verify: { ...ROLE_WAY, kmsKeyArn: KEY_ARN },
  expected: { exitCode: 0, checks: [] },
};
