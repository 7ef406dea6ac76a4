import { policy } from './documents.ts';
import { OBJECTS_ARN, ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const simulatorSaysAllowed: Scenario = {
  name: 'simulator-says-allowed',
  title: 'The policy simulator says “allowed”',
  symptom: 'IAM’s policy simulator allows every action, and ChannelMix is refused.',
  reason:
    'The simulator leaves out trust policies, the organization’s resource control policies, and bucket policies for roles. verify makes the calls themselves, so it sees them.',
  sources: [
    { fieldNote: 29 },
    { thread: 'aws/aws-cli#10314' },
    { thread: 'hashicorp/terraform-provider-aws#20750' },
    { page: 'https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html' },
  ],
  world: {
    roles: [standardRole()],
    buckets: [
      standardBucket({
        policy: policy({ Effect: 'Deny', Principal: '*', Action: 's3:DeleteObject', Resource: OBJECTS_ARN }),
      }),
    ],
  },
  verify: ROLE_WAY,
  expected: {
    exitCode: 4,
    checks: [
      { id: 'delete-object', result: 'deny', rule: 'bucket-policy-explicit', layer: 'bucket-policy', evidence: 'aws' },
    ],
    left: 1,
  },
};
