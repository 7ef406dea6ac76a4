import { grantPolicy } from './documents.ts';
import { BUCKET, ROLE_WAY, refused, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const policyForAnotherFolder: Scenario = {
  name: 'policy-for-another-folder',
  title: 'The policy is for another folder',
  symptom: 'ChannelMix assumes the role, and every call in its folder is refused.',
  reason: 'The folder in the policy is written otherwise: upper and lower case differ, and so does a missing slash.',
  sources: [{ fieldNote: 9 }, { page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html' }],
  world: {
    roles: [standardRole({ inline: { 'channelmix-s3': grantPolicy(BUCKET, { prefixes: ['client123/'] }) } })],
    buckets: [standardBucket()],
  },
  verify: { ...ROLE_WAY, prefixes: ['Client123/'] },
  expected: {
    exitCode: 1,
    checks: refused(
      ['put-object', 'get-object', 'list-bucket'],
      { prefix: 'Client123/', rule: 'identity-elsewhere', layer: 'identity', evidence: 'aws' },
      { fix: ['letter by letter'] },
    ),
  },
};
