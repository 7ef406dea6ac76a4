import { ROLE_WAY, standardBucket } from './standard.ts';
import type { Scenario } from './types.ts';

export const trustPrincipalNotThere: Scenario = {
  name: 'trust-principal-not-there',
  title: 'IAM refused the trust policy, so there is no role',
  symptom:
    'Creating the role ended with “MalformedPolicyDocument: Invalid principal in policy”. ChannelMix then gets AccessDenied for sts:AssumeRole.',
  reason:
    'The trust policy named a role or user of ChannelMix that does not exist. IAM refuses that, so the role was never made. Name the account instead: arn:aws:iam::031871504755:root.',
  sources: [
    { fieldNote: 6 },
    { thread: 'hashicorp/terraform-provider-aws#8905' },
    { thread: 'databrickslabs/ucx#2269' },
    { page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html' },
  ],
  world: { buckets: [standardBucket()] },
  verify: ROLE_WAY,
  expected: {
    exitCode: 1,
    checks: [
      {
        id: 'assume-role',
        result: 'deny',
        rule: 'assume-unnamed',
        layer: 'trust',
        evidence: 'inferred',
        cause: ['there is no role'],
      },
    ],
  },
  onlyInSandbox: 'LocalEmu makes up a role that does not exist, and takes an ARN without the path.',
};
