import { encryptedBucket, ROLE_WAY, standardKey, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const kmsRoleStatementMissing: Scenario = {
  name: 'kms-role-statement-missing',
  title: 'The role may not use the key of the bucket',
  symptom: 'Listing works, writing is refused: kms:GenerateDataKey.',
  reason:
    'The bucket is encrypted with the client’s own key, and the policy of the role does not allow it. With the default key policy that alone is missing.',
  sources: [
    { fieldNote: 14 },
    { thread: 'ministryofjustice/analytical-platform#10547' },
    { thread: 'boto/boto3#3389' },
    { page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html' },
  ],
  world: { keys: [standardKey()], roles: [standardRole()], buckets: [encryptedBucket()] },
  verify: ROLE_WAY,
  expected: {
    exitCode: 1,
    checks: [
      {
        id: 'put-object',
        result: 'deny',
        rule: 'kms-identity',
        layer: 'kms',
        evidence: 'aws',
        cause: ['kms:GenerateDataKey'],
      },
    ],
  },
  onlyInSandbox: 'S3 of LocalEmu does not ask KMS.',
};
