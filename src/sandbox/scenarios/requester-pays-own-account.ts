import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const requesterPaysOwnAccount: Scenario = {
  name: 'requester-pays-own-account',
  title: 'The bucket is Requester Pays, in the client’s own account',
  symptom: 'Every check passes.',
  reason:
    'A role in the account that owns the bucket need not offer to pay: the client pays, as without Requester Pays.',
  sources: [
    { fieldNote: 22 },
    { thread: 'aws/aws-sdk-net#1529' },
    { fault: 'C5' },
    { page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/RequesterPaysBuckets.html' },
  ],
  world: { roles: [standardRole()], buckets: [standardBucket({ requestPayer: 'Requester' })] },
  verify: ROLE_WAY,
  expected: { exitCode: 0, checks: [] },
};
