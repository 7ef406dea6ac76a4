import { trustPolicy } from './documents.ts';
import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const trustExpired: Scenario = {
  name: 'trust-expired',
  title: 'The trust policy has a date that has passed',
  symptom: 'ChannelMix cannot assume the role any more, since a certain day.',
  reason: 'A condition on aws:CurrentTime ended: a trial or a project that was to be temporary.',
  sources: [
    { fieldNote: 3 },
    { page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html' },
  ],
  world: {
    roles: [standardRole({ trust: trustPolicy({ DateLessThan: { 'aws:CurrentTime': '2024-01-01T00:00:00Z' } }) })],
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
        cause: ['another condition in it'],
      },
    ],
  },
  onlyInSandbox: 'LocalEmu evaluates only some conditions of a trust policy, and no Deny in it.',
};
