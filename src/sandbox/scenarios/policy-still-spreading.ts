import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const policyStillSpreading: Scenario = {
  name: 'policy-still-spreading',
  title: 'The role was made seconds ago',
  symptom: 'AccessDenied for sts:AssumeRole for some seconds after the role was made, then it works.',
  reason:
    'Changes of IAM take some seconds to reach every server. The verifier asks again for as long as --wait says, and passes.',
  sources: [
    { fieldNote: 1 },
    { thread: 'hashicorp/terraform-provider-aws#6566' },
    { thread: 'DataDog/stratus-red-team#358' },
    { thread: 'pulumi/pulumi-aws#2411' },
    { fault: 'B7' },
    { page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html' },
  ],
  world: { roles: [standardRole()], buckets: [standardBucket()], ageSeconds: 0, faults: ['iam-delay=3s'] },
  verify: { ...ROLE_WAY, wait: '30s' },
  expected: { exitCode: 0, checks: [] },
  onlyInSandbox: 'It is a fault, which the sandbox is told to have.',
};
