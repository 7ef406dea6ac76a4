import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const sessionEndsMidway: Scenario = {
  name: 'session-ends-midway',
  title: 'The session ends in the middle of the run',
  symptom: 'The first calls work, and then ExpiredToken.',
  reason: 'The session of the role ended while the verifier ran. It says nothing about permissions.',
  sources: [{ fault: 'B10' }, { page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp.html' }],
  world: { roles: [standardRole()], buckets: [standardBucket()], faults: ['expire=s3:PutObject,at=1'] },
  verify: ROLE_WAY,
  expected: {
    exitCode: 3,
    checks: [{ id: 'put-object', result: 'error', rule: 'expired', layer: 'credentials', evidence: 'aws' }],
  },
  onlyInSandbox: 'It is a fault, which the sandbox is told to have.',
};
