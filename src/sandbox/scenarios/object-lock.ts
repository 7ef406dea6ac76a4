import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const objectLock: Scenario = {
  name: 'object-lock',
  title: 'The bucket keeps what is written (Object Lock)',
  symptom: 'Files cannot be deleted for days or years after they were written.',
  reason: 'Object Lock has a default retention. What the probe would write could not be removed, so it is not written.',
  sources: [{ fault: 'C2' }, { page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html' }],
  world: { roles: [standardRole()], buckets: [standardBucket({ lock: { mode: 'GOVERNANCE', days: 30 } })] },
  verify: ROLE_WAY,
  expected: { exitCode: 3, checks: [{ id: 'put-object', result: 'skipped', cause: ['Object Lock would keep it'] }] },
  who: 'Nobody, if the bucket is meant to keep everything. To try writing all the same, and to keep the probe object for that time: --allow-locked.',
  onlyInSandbox: 'The test on LocalEmu does not set Object Lock up.',
};
