import { OTHER_ACCOUNT_ID, ROLE_WAY, refused, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const otherAccountInOrganization: Scenario = {
  name: 'other-account-in-organization',
  title: 'The bucket belongs to another account of the organization',
  symptom: 'ChannelMix assumes the role, and every call is refused; S3 says why.',
  reason: 'As in other-account-bucket, but both accounts are in one AWS organization: then S3 names the layer.',
  sources: [{ page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html' }],
  world: {
    accounts: ['111122223333', '031871504755', OTHER_ACCOUNT_ID],
    organization: { id: 'o-exampleorgid', members: { '111122223333': {}, [OTHER_ACCOUNT_ID]: {} } },
    roles: [standardRole()],
    buckets: [standardBucket({ account: OTHER_ACCOUNT_ID })],
  },
  verify: ROLE_WAY,
  expected: {
    exitCode: 1,
    checks: refused(
      ['put-object', 'list-bucket'],
      { rule: 'bucket-policy-implicit', layer: 'bucket-policy', evidence: 'aws' },
      { cause: ['so both must allow'] },
    ),
  },
  onlyInSandbox: 'LocalEmu has no policies of organizations that bind.',
};
