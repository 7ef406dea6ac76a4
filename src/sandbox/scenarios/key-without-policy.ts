import { KEY_WAY, refused, standardBucket, standardUser } from './standard.ts';
import type { Scenario } from './types.ts';

export const keyWithoutPolicy: Scenario = {
  name: 'key-without-policy',
  title: 'The user of the access key has no policy',
  symptom: 'The key is valid, and every call to the bucket is refused.',
  reason: 'The user was made without a policy.',
  sources: [{ page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html' }],
  world: { users: [standardUser({ inline: {} })], buckets: [standardBucket()] },
  verify: KEY_WAY,
  expected: {
    exitCode: 1,
    checks: refused(
      ['put-object', 'get-object', 'list-bucket'],
      { rule: 'identity-elsewhere', layer: 'identity', evidence: 'aws' },
      { fix: ['the policy of the user'] },
    ),
  },
};
