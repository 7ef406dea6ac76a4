import { grantPolicy, policy, ROLE_ARN } from './documents.ts';
import { BUCKET, encryptedBucket, KEY_ARN, ROLE_WAY, refused, standardKey, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const kmsDecryptMissing: Scenario = {
  name: 'kms-decrypt-missing',
  title: 'Small files go up, large ones fail',
  symptom: 'Uploads of more than 8 MB fail at UploadPart, and nothing can be read back: kms:Decrypt.',
  reason:
    'kms:GenerateDataKey is allowed and kms:Decrypt is not. Small uploads need only the first; uploads in parts and reading need both.',
  sources: [
    { fieldNote: 15 },
    { thread: 'aws/aws-cli#4251' },
    { thread: 'ministryofjustice/modernisation-platform#10122' },
    { page: 'https://repost.aws/knowledge-center/s3-large-file-encryption-kms-key' },
  ],
  world: {
    keys: [
      standardKey({
        policy: policy(
          {
            Effect: 'Allow',
            Principal: { AWS: 'arn:aws:iam::111122223333:role/key-admin' },
            Action: 'kms:*',
            Resource: '*',
          },
          { Effect: 'Allow', Principal: { AWS: ROLE_ARN }, Action: 'kms:GenerateDataKey', Resource: '*' },
        ),
      }),
    ],
    roles: [
      standardRole({ inline: { 'channelmix-s3': grantPolicy(BUCKET, { access: 'extended', kmsKeyArn: KEY_ARN }) } }),
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
  verify: { ...ROLE_WAY, access: 'extended' },
  expected: {
    exitCode: 1,
    checks: refused(
      ['get-object', 'multipart-upload'],
      { rule: 'kms-key-policy', layer: 'kms', evidence: 'aws' },
      { cause: ['kms:Decrypt'] },
    ),
  },
  onlyInSandbox: 'S3 of LocalEmu does not ask KMS.',
};
