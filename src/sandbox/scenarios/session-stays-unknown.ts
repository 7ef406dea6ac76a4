import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const sessionStaysUnknown: Scenario = {
  name: 'session-stays-unknown',
  title: 'A session stays unknown to S3',
  symptom: 'AssumeRole works, and S3 answers that the token is invalid.',
  reason: 'As in session-not-known-yet, but the verifier was told not to wait (--wait 0).',
  sources: [{ fieldNote: 2 }, { page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html' }],
  world: { roles: [standardRole()], buckets: [standardBucket()], faults: ['unknown-session=s3:GetObject'] },
  verify: ROLE_WAY,
  expected: {
    exitCode: 3,
    checks: [
      {
        id: 'get-object',
        result: 'error',
        rule: 'not-known-yet',
        layer: 'consistency',
        evidence: 'inferred',
        cause: ['moment ago'],
      },
    ],
  },
  onlyInSandbox: 'It is a fault, which the sandbox is told to have.',
};
