import { trustPolicy } from './documents.ts';
import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const trustMfa: Scenario = {
  name: 'trust-mfa',
  title: 'The trust policy demands MFA',
  symptom: 'ChannelMix cannot assume the role: AccessDenied for sts:AssumeRole.',
  reason:
    '“Require MFA” was ticked when the role was made. ChannelMix is a program and has no MFA device, so the condition never holds.',
  sources: [
    { fieldNote: 7 },
    { page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html' },
  ],
  world: {
    roles: [standardRole({ trust: trustPolicy({ Bool: { 'aws:MultiFactorAuthPresent': 'true' } }) })],
    buckets: [standardBucket()],
  },
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
        cause: ['aws:MultiFactorAuthPresent'],
        fix: ['channelmix-s3 policy trust'],
      },
    ],
  },
};
