import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const policyFlaps: Scenario = {
  name: 'policy-flaps',
  title: 'A change of the policy has reached some servers only',
  symptom: 'Right after a change the same call is allowed once and refused once.',
  reason:
    'Changes of IAM reach one server after the other. The verifier asks again until the answers agree, and passes.',
  sources: [
    { fieldNote: 1 },
    { fault: 'B7' },
    { page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html' },
  ],
  world: { roles: [standardRole()], buckets: [standardBucket()], ageSeconds: 0, faults: ['iam-flap=2s'] },
  verify: { ...ROLE_WAY, wait: '30s' },
  expected: { exitCode: 0, checks: [] },
  onlyInSandbox: 'It is a fault, which the sandbox is told to have.',
};
