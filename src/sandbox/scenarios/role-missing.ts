import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const roleMissing: Scenario = {
  name: 'role-missing',
  title: 'The role does not exist',
  symptom: 'ChannelMix cannot assume the role: AccessDenied for sts:AssumeRole.',
  reason:
    'The name is misspelled, or the role is in another account. STS answers the same as for a role that does not trust ChannelMix, so that nobody can find out which roles exist.',
  sources: [
    { fieldNote: 3 },
    { thread: 'uswitch/kiam#33' },
    { page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_roles.html' },
  ],
  world: { roles: [standardRole({ name: 'channelmix-s3-access' })], buckets: [standardBucket()] },
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
        cause: ['there is no role arn:aws:iam::111122223333:role/channelmix_s3_access'],
      },
    ],
  },
  onlyInSandbox: 'LocalEmu makes up a role that does not exist, and takes an ARN without the path.',
};
