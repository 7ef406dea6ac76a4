import { policy } from './documents.ts';
import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const trustInOneOrganization: Scenario = {
  name: 'trust-in-one-organization',
  title: 'Trust is missing, in one organization',
  symptom: 'ChannelMix cannot assume the role, and STS says why.',
  reason:
    'As in trust-another-account, but both accounts are in one AWS organization (a test set-up): then STS names the layer.',
  sources: [{ page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html' }],
  world: {
    roles: [
      standardRole({
        trust: policy({
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::111122223333:root' },
          Action: 'sts:AssumeRole',
        }),
      }),
    ],
    buckets: [standardBucket()],
    organization: { id: 'o-exampleorgid', members: { '111122223333': {}, '031871504755': {} } },
  },
  verify: ROLE_WAY,
  expected: {
    exitCode: 1,
    checks: [
      {
        id: 'assume-role',
        result: 'deny',
        rule: 'trust-implicit',
        layer: 'trust',
        evidence: 'aws',
        cause: ['no statement of the role'],
      },
    ],
  },
  onlyInSandbox: 'LocalEmu has no policies of organizations that bind.',
};
