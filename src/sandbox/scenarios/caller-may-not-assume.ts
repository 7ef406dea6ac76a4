import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const callerMayNotAssume: Scenario = {
  name: 'caller-may-not-assume',
  title: 'ChannelMix’s own credentials may not assume roles',
  symptom: 'Every role of every client is refused: AccessDenied for sts:AssumeRole.',
  reason:
    "Nothing is wrong with the client's role. The user with which the verifier runs has no policy that allows sts:AssumeRole. STS does not say so across accounts.",
  sources: [
    { fieldNote: 28 },
    { page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_permissions-to-switch.html' },
  ],
  world: {
    roles: [standardRole()],
    buckets: [standardBucket()],
    users: [{ account: '031871504755', name: 'support' }],
  },
  verify: { ...ROLE_WAY, caller: { account: '031871504755', user: 'support' } },
  expected: {
    exitCode: 1,
    checks: [
      {
        id: 'assume-role',
        result: 'deny',
        rule: 'assume-unnamed',
        layer: 'trust',
        evidence: 'inferred',
        cause: ['user/support) may lack sts:AssumeRole'],
      },
    ],
  },
};
