import { OTHER_ACCOUNT_ID, ROLE_WAY, refused, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const otherAccountBucket: Scenario = {
  name: 'other-account-bucket',
  title: 'The bucket belongs to another account',
  symptom: 'ChannelMix assumes the role, and every call is refused: Access Denied, and no reason.',
  reason:
    'The role is in one account of the client, the bucket in another. Then the bucket policy must allow the role, too. S3 gives no reason across accounts.',
  sources: [
    { fieldNote: 3 },
    { page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html' },
    { page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html' },
  ],
  world: {
    accounts: ['111122223333', '031871504755', OTHER_ACCOUNT_ID],
    roles: [standardRole()],
    buckets: [standardBucket({ account: OTHER_ACCOUNT_ID })],
  },
  verify: ROLE_WAY,
  expected: {
    exitCode: 1,
    checks: refused(
      ['put-object', 'list-bucket'],
      { rule: 'bare', layer: 'bucket-policy', evidence: 'inferred' },
      { cause: ['belongs to another account'] },
    ),
  },
  onlyInSandbox: 'LocalEmu is content when one side allows.',
};
