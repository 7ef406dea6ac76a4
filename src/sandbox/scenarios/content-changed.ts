import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const contentChanged: Scenario = {
  name: 'content-changed',
  title: 'What is read is not what was written',
  symptom: 'Files are damaged on their way.',
  reason: 'Something between here and S3 changes what goes through it, such as a proxy that filters content.',
  sources: [
    { fault: 'B4' },
    { page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html' },
  ],
  world: { roles: [standardRole()], buckets: [standardBucket()], faults: ['answer=html,s3:GetObject'] },
  verify: ROLE_WAY,
  expected: {
    exitCode: 3,
    checks: [{ id: 'get-object', result: 'error', rule: 'unknown', layer: 'unknown', evidence: 'inferred' }],
  },
  onlyInSandbox: 'It is a fault, which the sandbox is told to have.',
};
