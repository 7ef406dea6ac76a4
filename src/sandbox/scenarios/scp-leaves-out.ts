import { ROLE_WAY, refused, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const scpLeavesOut: Scenario = {
  name: 'scp-leaves-out',
  title: 'A service control policy does not include S3',
  symptom: 'Every policy in the account allows, and every call is refused all the same.',
  reason: 'The client’s AWS organization allows a list of services in this account, and S3 is not on it.',
  sources: [
    { fieldNote: 20 },
    { page: 'https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html' },
  ],
  world: {
    roles: [standardRole()],
    buckets: [standardBucket()],
    organization: {
      id: 'o-exampleorgid',
      members: {
        '111122223333': {
          scps: [
            [
              {
                Version: '2012-10-17',
                Statement: [{ Effect: 'Allow', Action: ['ec2:*', 'sts:*', 'iam:*'], Resource: '*' }],
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
    checks: refused(['put-object', 'get-object', 'list-bucket'], { rule: 'scp', layer: 'scp', evidence: 'aws' }),
  },
  onlyInSandbox: 'LocalEmu has no policies of organizations that bind.',
};
