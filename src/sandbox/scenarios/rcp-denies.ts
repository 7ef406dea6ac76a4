import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const rcpDenies: Scenario = {
  name: 'rcp-denies',
  title: 'A resource control policy denies',
  symptom: 'Every policy in the account allows, and writing is refused all the same.',
  reason:
    'The organization that owns the bucket denies s3:PutObject on its buckets. Nothing in the account changes that.',
  sources: [
    { fieldNote: 20 },
    { page: 'https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html' },
  ],
  world: {
    roles: [standardRole()],
    buckets: [standardBucket()],
    organization: {
      id: 'o-exampleorgid',
      members: {
        '111122223333': {
          rcps: [
            {
              Version: '2012-10-17',
              Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: '*' }],
            },
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
        id: 'put-object',
        result: 'deny',
        rule: 'rcp',
        layer: 'rcp',
        evidence: 'aws',
        fix: ['administrator of the AWS organization'],
      },
    ],
  },
  onlyInSandbox: 'LocalEmu has no policies of organizations that bind.',
};
