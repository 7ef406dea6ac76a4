import { policy } from './documents.ts';
import { encryptedBucket, ROLE_WAY, roleWithKey, standardKey } from './standard.ts';
import type { Scenario } from './types.ts';

export const kmsKeyPolicyMissing: Scenario = {
  name: 'kms-key-policy-missing',
  title: 'The key policy does not name the role',
  symptom: 'Listing works, writing is refused: kms:GenerateDataKey.',
  reason:
    'The policy of the role allows the key, but the key policy names single roles and does not hand the decision to the account: then it has to name this role, too.',
  sources: [
    { fieldNote: 14 },
    { thread: 'maximhq/bifrost#6497' },
    { page: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html' },
  ],
  world: {
    keys: [
      standardKey({
        policy: policy({
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::111122223333:role/key-admin' },
          Action: 'kms:*',
          Resource: '*',
        }),
      }),
    ],
    roles: [
      roleWithKey(),
      {
        name: 'key-admin',
        trust: policy({
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::111122223333:root' },
          Action: 'sts:AssumeRole',
        }),
      },
    ],
    buckets: [encryptedBucket()],
  },
  verify: ROLE_WAY,
  expected: {
    exitCode: 1,
    checks: [
      {
        id: 'put-object',
        result: 'deny',
        rule: 'kms-key-policy',
        layer: 'kms',
        evidence: 'aws',
        fix: ['Add this statement to the key policy'],
      },
    ],
  },
  onlyInSandbox: 'S3 of LocalEmu does not ask KMS.',
};
