import { policy } from './documents.ts';
import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const trustDeniesInOneOrganization: Scenario = {
  name: 'trust-denies-in-one-organization',
  title: 'Trust denies, in one organization',
  symptom: 'ChannelMix cannot assume the role, and STS says why.',
  reason:
    'As in trust-denies, but both accounts are in one AWS organization (a test set-up): then STS names the layer.',
  sources: [{ page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html' }],
  world: {
    roles: [
      standardRole({
        trust: policy(
          { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::031871504755:root' }, Action: 'sts:AssumeRole' },
          {
            Effect: 'Deny',
            Principal: { AWS: '*' },
            Action: 'sts:AssumeRole',
            Condition: { Null: { 'sts:ExternalId': 'true' } },
          },
        ),
      }),
    ],
    buckets: [standardBucket()],
    organization: { id: 'o-exampleorgid', members: { '111122223333': {}, '031871504755': {} } },
  },
  verify: ROLE_WAY,
  expected: {
    exitCode: 1,
    checks: [{ id: 'assume-role', result: 'deny', rule: 'trust-explicit', layer: 'trust', evidence: 'aws' }],
  },
  onlyInSandbox: 'LocalEmu evaluates only some conditions of a trust policy, and no Deny in it.',
};
