import { foreignBucket, OTHER_ACCOUNT_ID, ROLE_WAY, refused, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const restrictPublicBuckets: Scenario = {
  name: 'restrict-public-buckets',
  title: 'The bucket policy lets everybody in, and Block Public Access cuts that off',
  symptom: 'Both sides allow, and every call is refused: Access Denied, and no reason.',
  reason:
    'The policy of the bucket, which belongs to another account, names everybody (“*”). Block Public Access (RestrictPublicBuckets) then closes it to other accounts. Name the role instead.',
  sources: [{ page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html' }],
  world: {
    accounts: ['111122223333', '031871504755', OTHER_ACCOUNT_ID],
    roles: [standardRole()],
    buckets: [foreignBucket({}, '*')],
  },
  verify: ROLE_WAY,
  expected: {
    exitCode: 1,
    checks: refused(
      ['put-object', 'list-bucket'],
      { rule: 'bare', layer: 'bucket-policy', evidence: 'inferred' },
      { cause: ['RestrictPublicBuckets'] },
    ),
  },
  onlyInSandbox: 'LocalEmu is content when one side allows.',
};
