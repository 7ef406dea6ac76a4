import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const roleWithoutPath: Scenario = {
  name: 'role-without-path',
  title: 'The path of the role was left out',
  symptom: 'ChannelMix cannot assume the role: AccessDenied for sts:AssumeRole.',
  reason:
    'The role has a path, which is part of its ARN: arn:aws:iam::111122223333:role/vendors/channelmix_s3_access. It was sent without.',
  sources: [
    { fieldNote: 4 },
    { thread: 'kubernetes-sigs/aws-iam-authenticator#144' },
    { page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html' },
  ],
  world: { roles: [standardRole({ path: '/vendors/' })], buckets: [standardBucket()] },
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
        cause: ['path'],
      },
    ],
  },
  onlyInSandbox: 'LocalEmu makes up a role that does not exist, and takes an ARN without the path.',
};
