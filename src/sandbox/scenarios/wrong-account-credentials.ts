import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const wrongAccountCredentials: Scenario = {
  name: 'wrong-account-credentials',
  title: 'The verifier runs with credentials of the wrong account',
  symptom: 'The verifier stops before it calls the bucket.',
  reason:
    'An old profile or AWS_* variable is in force: the calls would come from the client’s account, and success or failure would say nothing about ChannelMix.',
  sources: [
    { fieldNote: 28 },
    { thread: 'airbytehq/airbyte#34582' },
    { thread: 'airbytehq/airbyte#41984' },
    { page: 'https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html' },
  ],
  world: { roles: [standardRole()], buckets: [standardBucket()] },
  verify: { ...ROLE_WAY, as: 'channelmix', caller: { account: '111122223333' } },
  expected: { exitCode: 3, checks: [], message: ['wrong account', '031871504755'] },
};
