import { grantPolicy } from './documents.ts';
import { ROLE_WAY, refused, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const policyForAnotherBucket: Scenario = {
  name: 'policy-for-another-bucket',
  title: 'The policy names another bucket',
  symptom: 'ChannelMix assumes the role, and every call to the bucket is refused.',
  reason: 'The bucket in the policy differs by a letter or a suffix from the one that is used.',
  sources: [
    { fieldNote: 9 },
    { page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html' },
  ],
  world: {
    roles: [standardRole({ inline: { 'channelmix-s3': grantPolicy('client-report') } })],
    buckets: [standardBucket()],
  },
  verify: ROLE_WAY,
  expected: {
    exitCode: 1,
    checks: refused(
      ['put-object', 'get-object', 'list-bucket'],
      { rule: 'identity-elsewhere', layer: 'identity', evidence: 'aws' },
      { fix: ['compare the name of the bucket'] },
    ),
  },
};
