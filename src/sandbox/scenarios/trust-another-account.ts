import { policy } from './documents.ts';
import { OTHER_ACCOUNT_ID, ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const trustAnotherAccount: Scenario = {
  name: 'trust-another-account',
  title: 'The trust policy names another account',
  symptom: 'ChannelMix cannot assume the role: AccessDenied for sts:AssumeRole.',
  reason:
    "The account number in the trust policy is not ChannelMix's, 031871504755: a digit is wrong, or the leading zero was lost in a spreadsheet.",
  sources: [
    { fieldNote: 3 },
    { thread: 'uswitch/kiam#33' },
    { page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_roles.html' },
  ],
  world: {
    accounts: ['111122223333', '031871504755', OTHER_ACCOUNT_ID],
    roles: [
      standardRole({
        trust: policy({
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${OTHER_ACCOUNT_ID}:root` },
          Action: 'sts:AssumeRole',
        }),
      }),
    ],
    buckets: [standardBucket()],
  },
  verify: ROLE_WAY,
  expected: {
    exitCode: 1,
    checks: [
      {
        id: 'assume-role',
        result: 'deny',
        rule: 'assume-unnamed',
        layer: 'trust',
        evidence: 'inferred',
        cause: ['does not name account 031871504755'],
      },
    ],
  },
};
