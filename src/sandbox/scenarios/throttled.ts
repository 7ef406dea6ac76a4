import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const throttled: Scenario = {
  name: 'throttled',
  title: 'S3 asks to slow down',
  symptom: 'Single calls fail with SlowDown.',
  reason:
    'The bucket gets more requests in this folder than it takes at the moment. It says nothing about permissions.',
  sources: [
    { fault: 'B1' },
    { page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html' },
  ],
  world: { roles: [standardRole()], buckets: [standardBucket()], faults: ['throttle=s3:GetObject'] },
  verify: ROLE_WAY,
  expected: {
    exitCode: 3,
    checks: [{ id: 'get-object', result: 'error', rule: 'throttling', layer: 'throttling', evidence: 'aws' }],
  },
  onlyInSandbox: 'It is a fault, which the sandbox is told to have.',
};
