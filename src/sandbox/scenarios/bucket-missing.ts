import { ROLE_WAY, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const bucketMissing: Scenario = {
  name: 'bucket-missing',
  title: 'There is no such bucket',
  symptom: 'The verifier stops before it assumes the role.',
  reason: 'The name of the bucket is misspelled, or it was deleted.',
  sources: [{ fieldNote: 27 }, { page: 'https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html' }],
  world: { roles: [standardRole()], buckets: [] },
  verify: ROLE_WAY,
  expected: { exitCode: 2, checks: [], message: ['there is no bucket named client-reports'] },
  onlyInSandbox: 'HeadBucket of LocalEmu refuses where there is no such bucket.',
};
