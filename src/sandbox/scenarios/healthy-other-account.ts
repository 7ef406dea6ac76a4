import { policy, ROLE_ARN } from './documents.ts';
import { BUCKET_ARN, OBJECTS_ARN, OTHER_ACCOUNT_ID, ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const healthyOtherAccount: Scenario = {
  name: 'healthy-other-account',
  title: 'A bucket of another account that works',
  symptom: 'Every check passes.',
  reason:
    'The bucket policy names the role, and the policy of the role allows the same: across accounts both sides must allow.',
  sources: [
    { page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html' },
  ],
  world: {
    accounts: ['111122223333', '031871504755', OTHER_ACCOUNT_ID],
    roles: [standardRole()],
    buckets: [
      standardBucket({
        account: OTHER_ACCOUNT_ID,
        policy: policy(
          { Effect: 'Allow', Principal: { AWS: ROLE_ARN }, Action: 's3:ListBucket', Resource: BUCKET_ARN },
          {
            Effect: 'Allow',
            Principal: { AWS: ROLE_ARN },
            Action: ['s3:PutObject', 's3:GetObject', 's3:DeleteObject'],
            Resource: OBJECTS_ARN,
          },
        ),
      }),
    ],
  },
  verify: ROLE_WAY,
  expected: { exitCode: 0, checks: [] },
};
