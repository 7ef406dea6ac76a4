import { policy, ROLE_ARN } from './documents.ts';
import { BUCKET_ARN, OTHER_ACCOUNT_ID, ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const otherAccountListOnly: Scenario = {
  name: 'other-account-list-only',
  title: 'The other account allows listing only',
  symptom: 'ChannelMix lists the bucket, and everything else is refused: Access Denied, and no reason.',
  reason: 'The policy of the bucket, which belongs to another account, allows the role s3:ListBucket and nothing else.',
  sources: [
    { page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html' },
  ],
  world: {
    accounts: ['111122223333', '031871504755', OTHER_ACCOUNT_ID],
    roles: [standardRole()],
    buckets: [
      standardBucket({
        account: OTHER_ACCOUNT_ID,
        policy: policy({
          Effect: 'Allow',
          Principal: { AWS: ROLE_ARN },
          Action: 's3:ListBucket',
          Resource: BUCKET_ARN,
        }),
      }),
    ],
  },
  verify: ROLE_WAY,
  expected: {
    exitCode: 1,
    checks: [
      {
        id: 'put-object',
        result: 'deny',
        rule: 'other-account',
        layer: 'bucket-policy',
        evidence: 'inferred',
        cause: ['must both allow'],
      },
    ],
  },
  onlyInSandbox: 'LocalEmu is content when one side allows.',
};
