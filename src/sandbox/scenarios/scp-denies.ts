import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const scpDenies: Scenario = {
  name: 'scp-denies',
  title: 'A service control policy denies',
  symptom: 'Every policy in the account allows, and writing is refused all the same.',
  reason: 'The client’s AWS organization denies s3:PutObject in its accounts. Nothing in the account changes that.',
  sources: [
    { fieldNote: 20 },
    { thread: 'hashicorp/terraform-provider-aws#20750' },
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
                Statement: [
                  { Effect: 'Allow', Action: '*', Resource: '*' },
                  { Effect: 'Deny', Action: 's3:PutObject', Resource: '*' },
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
        id: 'put-object',
        result: 'deny',
        rule: 'scp',
        layer: 'scp',
        evidence: 'aws',
        fix: ['administrator of the AWS organization'],
      },
    ],
  },
  onlyInSandbox: 'LocalEmu has no policies of organizations that bind.',
};
