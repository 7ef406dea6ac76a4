import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const otherBucketMissing: Scenario = {
  name: 'other-bucket-missing',
  title: 'The other bucket, which must stay closed, does not exist',
  symptom: 'The verifier cannot tell whether it is closed.',
  reason: 'The name that was given with --other-bucket is misspelled.',
  sources: [{ page: 'https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html' }],
  world: { roles: [standardRole()], buckets: [standardBucket()] },
  verify: { ...ROLE_WAY, otherBucket: 'client-repots' },
  expected: {
    exitCode: 3,
    checks: [
      {
        id: 'denied:s3:ListBucket',
        result: 'error',
        rule: 'no-bucket',
        layer: 'not-found',
        evidence: 'aws',
        cause: ['there is no bucket client-repots'],
      },
    ],
  },
  onlyInSandbox: 'LocalEmu refuses to list a bucket that does not exist instead of saying so.',
};
