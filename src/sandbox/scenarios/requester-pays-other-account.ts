import { foreignBucket, OTHER_ACCOUNT_ID, ROLE_WAY, refused, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const requesterPaysOtherAccount: Scenario = {
  name: 'requester-pays-other-account',
  title: 'The bucket is Requester Pays and belongs to another account',
  symptom: 'Both sides allow, and every call is refused: Access Denied, and no reason.',
  reason: 'S3 refuses callers of other accounts who do not say that they pay. ChannelMix does not.',
  sources: [
    { fieldNote: 22 },
    { thread: 'boto/boto3#4138' },
    { thread: 'aws/aws-cli#2557' },
    { thread: 'subsquid/squid-sdk#576' },
    { fault: 'C5' },
    { page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/RequesterPaysBuckets.html' },
  ],
  world: {
    accounts: ['111122223333', '031871504755', OTHER_ACCOUNT_ID],
    roles: [standardRole()],
    buckets: [foreignBucket({ requestPayer: 'Requester' })],
  },
  verify: ROLE_WAY,
  expected: {
    exitCode: 1,
    checks: refused(
      ['put-object', 'list-bucket'],
      { rule: 'requester-pays', layer: 'requester-pays', evidence: 'inferred' },
      { cause: ['is Requester Pays'] },
    ),
    notes: ['the bucket is Requester Pays'],
  },
  onlyInSandbox: 'LocalEmu does not ask who pays.',
};
