import { trustPolicy } from './documents.ts';
import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const clientTriesExternalId: Scenario = {
  name: 'client-tries-external-id',
  title: 'The client tries the role before ChannelMix does',
  symptom: 'The client wants to know whether everything works, and ChannelMix has not been told the role yet.',
  reason:
    'With --as client the verifier lets the client in for some seconds, makes every call as the role, and takes that out again. Here all calls work, and the trust policy demands an external ID: only ChannelMix would be refused.',
  sources: [
    { fieldNote: 7 },
    { page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html' },
  ],
  world: {
    roles: [standardRole({ trust: trustPolicy({ StringEquals: { 'sts:ExternalId': 'channelmix-42' } }) })],
    buckets: [standardBucket()],
    users: [{ name: 'admin', attached: ['arn:aws:iam::aws:policy/AdministratorAccess'] }],
  },
  verify: { ...ROLE_WAY, as: 'client', caller: { account: '111122223333', user: 'admin' } },
  expected: {
    exitCode: 1,
    checks: [
      {
        id: 'assume-role',
        result: 'deny',
        rule: 'trust-demands',
        layer: 'trust',
        evidence: 'inferred',
        cause: ['an external ID'],
      },
    ],
  },
};
