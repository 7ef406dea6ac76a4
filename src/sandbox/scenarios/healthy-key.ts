import { KEY_WAY, standardBucket, standardUser } from './standard.ts';
import type { Scenario } from './types.ts';

export const healthyKey: Scenario = {
  name: 'healthy-key',
  title: 'An access key that works',
  symptom: 'Every check passes.',
  reason: 'The user has the policy for the grant, and its key is active.',
  sources: [{ page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html' }],
  world: { users: [standardUser()], buckets: [standardBucket()] },
  verify: KEY_WAY,
  expected: { exitCode: 0, checks: [] },
};
