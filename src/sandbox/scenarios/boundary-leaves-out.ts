import { policy } from './documents.ts';
import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const boundaryLeavesOut: Scenario = {
  name: 'boundary-leaves-out',
  title: 'The permissions boundary leaves S3 writing out',
  symptom: 'The policy of the role is right, and writing and deleting are refused all the same.',
  reason:
    'The role has a permissions boundary that allows reading only. A boundary grants nothing, but what it leaves out is refused.',
  sources: [
    { fieldNote: 21 },
    { thread: 'awsdocs/iam-user-guide#257' },
    { thread: 'nccgroup/ScoutSuite#1666' },
    { page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html' },
  ],
  world: {
    roles: [standardRole({ boundary: 'arn:aws:iam::111122223333:policy/boundary' })],
    buckets: [standardBucket()],
    policies: [
      { name: 'boundary', document: policy({ Effect: 'Allow', Action: ['s3:Get*', 's3:List*'], Resource: '*' }) },
    ],
  },
  verify: ROLE_WAY,
  expected: {
    exitCode: 1,
    checks: [
      {
        id: 'put-object',
        result: 'deny',
        rule: 'boundary',
        layer: 'boundary',
        evidence: 'aws',
        cause: ['grants nothing'],
      },
    ],
  },
};
