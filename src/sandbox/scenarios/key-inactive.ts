import { KEY_WAY, standardBucket, standardUser } from './standard.ts';
import type { Scenario } from './types.ts';

export const keyInactive: Scenario = {
  name: 'key-inactive',
  title: 'The access key was made inactive',
  symptom: 'Every call is refused: InvalidAccessKeyId.',
  reason: 'The key was made inactive or deleted, for example by a rule that ends keys after 90 days.',
  sources: [{ page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html' }],
  world: { users: [standardUser({ key: 'inactive' })], buckets: [standardBucket()] },
  verify: KEY_WAY,
  expected: { exitCode: 3, checks: [], message: ['not valid'] },
  onlyInSandbox: 'STS of LocalEmu takes inactive keys.',
};
