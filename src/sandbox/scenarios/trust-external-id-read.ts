import { trustPolicy } from './documents.ts';
import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const trustExternalIdRead: Scenario = {
  name: 'trust-external-id-read',
  title: 'The external ID, when the client looks',
  symptom: 'ChannelMix cannot assume the role; run by the client, who may read the trust policy.',
  reason: 'Read by somebody who may, the trust policy shows the condition: the one cause is named, not a list.',
  sources: [
    { fieldNote: 7 },
    { page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html' },
  ],
  world: {
    roles: [standardRole({ trust: trustPolicy({ StringEquals: { 'sts:ExternalId': 'channelmix-42' } }) })],
    buckets: [standardBucket()],
  },
  verify: { ...ROLE_WAY, as: 'simulate', caller: { account: '111122223333' } },
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
