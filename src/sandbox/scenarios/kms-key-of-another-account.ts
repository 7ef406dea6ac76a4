import { grantPolicy } from './documents.ts';
import {
  BUCKET,
  FOREIGN_KEY_ARN,
  OTHER_ACCOUNT_ID,
  ROLE_WAY,
  standardBucket,
  standardKey,
  standardRole,
} from './standard.ts';
import type { Scenario } from './types.ts';

export const kmsKeyOfAnotherAccount: Scenario = {
  name: 'kms-key-of-another-account',
  title: 'The key belongs to another account',
  symptom: 'Listing works, writing is refused, and no reason is given.',
  reason:
    'The bucket is encrypted with a key of another account. Then the key policy and the policy of the role must both allow it; the key policy names neither the role nor its account.',
  sources: [
    { fieldNote: 14 },
    { page: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html' },
  ],
  world: {
    accounts: ['111122223333', '031871504755', OTHER_ACCOUNT_ID],
    keys: [standardKey({ arn: FOREIGN_KEY_ARN })],
    roles: [standardRole({ inline: { 'channelmix-s3': grantPolicy(BUCKET, { kmsKeyArn: FOREIGN_KEY_ARN }) } })],
    buckets: [standardBucket({ encryption: { algorithm: 'aws:kms', keyArn: FOREIGN_KEY_ARN } })],
  },
  verify: ROLE_WAY,
  expected: {
    exitCode: 1,
    checks: [
      {
        id: 'put-object',
        result: 'deny',
        rule: 'kms-unnamed',
        layer: 'kms',
        evidence: 'inferred',
        cause: ['belongs to another account'],
      },
    ],
  },
  onlyInSandbox: 'S3 of LocalEmu does not ask KMS.',
};
