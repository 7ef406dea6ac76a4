import { ROLE_WAY, refused, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const policyMissing: Scenario = {
  name: 'policy-missing',
  title: 'The role has no policy',
  symptom: 'ChannelMix assumes the role, and every call to the bucket is refused.',
  reason: 'The role was made without a policy: trust only says who may use the role, not what it may do.',
  sources: [{ page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html' }],
  world: { roles: [standardRole({ inline: {} })], buckets: [standardBucket()] },
  verify: ROLE_WAY,
  expected: {
    exitCode: 1,
    checks: refused(
      ['put-object', 'get-object', 'list-bucket'],
      { rule: 'identity-elsewhere', layer: 'identity', evidence: 'aws' },
      { cause: ['none for this bucket'] },
    ),
  },
};
