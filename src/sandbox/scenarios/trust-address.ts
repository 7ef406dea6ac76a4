import { trustPolicy } from './documents.ts';
import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const trustAddress: Scenario = {
  name: 'trust-address',
  title: 'The trust policy demands an address',
  symptom: 'ChannelMix cannot assume the role: AccessDenied for sts:AssumeRole.',
  reason: "A condition on aws:SourceIp lists the client's own network. ChannelMix calls from elsewhere.",
  sources: [
    { fieldNote: 3 },
    { page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html' },
  ],
  world: {
    roles: [standardRole({ trust: trustPolicy({ IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } }) })],
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
        cause: ['aws:SourceIp'],
      },
    ],
  },
  onlyInSandbox: 'LocalEmu evaluates only some conditions of a trust policy, and no Deny in it.',
};
