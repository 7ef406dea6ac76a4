import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const callerScp: Scenario = {
  name: 'caller-scp',
  title: "An SCP forbids ChannelMix's account to assume roles",
  symptom: 'Every role is refused, and STS says why.',
  reason:
    "A service control policy above ChannelMix's own account denies sts:AssumeRole; both accounts are in one AWS organization (a test set-up), so STS names the layer.",
  sources: [{ page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html' }],
  world: {
    roles: [standardRole()],
    buckets: [standardBucket()],
    organization: {
      id: 'o-exampleorgid',
      members: {
        '111122223333': {},
        '031871504755': {
          scps: [
            [
              {
                Version: '2012-10-17',
                Statement: [
                  { Effect: 'Allow', Action: '*', Resource: '*' },
                  { Effect: 'Deny', Action: 'sts:AssumeRole', Resource: '*' },
                ],
              },
            ],
          ],
        },
      },
    },
  },
  verify: ROLE_WAY,
  expected: {
    exitCode: 1,
    checks: [
      {
        id: 'assume-role',
        result: 'deny',
        rule: 'assume-limit',
        layer: 'scp',
        evidence: 'aws',
        cause: ['service control policy'],
      },
    ],
  },
  onlyInSandbox: 'LocalEmu has no policies of organizations that bind.',
};
