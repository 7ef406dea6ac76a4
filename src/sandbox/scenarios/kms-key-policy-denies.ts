import { policy, ROLE_ARN } from './documents.ts';
import { encryptedBucket, ROLE_WAY, roleWithKey, standardKey } from './standard.ts';
import type { Scenario } from './types.ts';

export const kmsKeyPolicyDenies: Scenario = {
  name: 'kms-key-policy-denies',
  title: 'The key policy denies the role',
  symptom: 'Listing works, writing is refused: kms:GenerateDataKey.',
  reason: 'A statement of the key policy denies every principal but the client’s own administrators.',
  sources: [{ fieldNote: 14 }, { page: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html' }],
  world: {
    keys: [
      standardKey({
        policy: policy(
          { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: 'kms:*', Resource: '*' },
          {
            Effect: 'Deny',
            Principal: { AWS: '*' },
            Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
            Resource: '*',
            Condition: { ArnEquals: { 'aws:PrincipalArn': ROLE_ARN } },
          },
        ),
      }),
    ],
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
        rule: 'kms-key-policy-explicit',
        layer: 'kms',
        evidence: 'aws',
        cause: ['Deny statement'],
      },
    ],
  },
  onlyInSandbox: 'S3 of LocalEmu does not ask KMS.',
};
