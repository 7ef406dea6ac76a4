import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const serviceFails: Scenario = {
  name: 'service-fails',
  title: 'S3 fails',
  symptom: 'Single calls fail with 503.',
  reason: 'The service fails three times in a row. It says nothing about permissions.',
  sources: [{ fault: 'B1' }, { page: 'https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html' }],
  world: { roles: [standardRole()], buckets: [standardBucket()], faults: ['error=503,s3:GetObject'] },
  verify: ROLE_WAY,
  expected: {
    exitCode: 3,
    checks: [{ id: 'get-object', result: 'error', rule: 'server', layer: 'network', evidence: 'aws' }],
  },
  onlyInSandbox: 'It is a fault, which the sandbox is told to have.',
};
