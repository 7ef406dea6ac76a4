import { policy } from './documents.ts';
import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const boundaryDenies: Scenario = {
  name: 'boundary-denies',
  title: 'The permissions boundary denies',
  symptom: 'The policy of the role is right, and deleting is refused all the same.',
  reason: 'The permissions boundary of the role allows everything and denies s3:DeleteObject.',
  sources: [
    { fieldNote: 21 },
    { page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html' },
  ],
  world: {
    roles: [standardRole({ boundary: 'arn:aws:iam::111122223333:policy/boundary' })],
    buckets: [standardBucket()],
    policies: [
      {
        name: 'boundary',
        document: policy(
          { Effect: 'Allow', Action: '*', Resource: '*' },
          { Effect: 'Deny', Action: 's3:DeleteObject', Resource: '*' },
        ),
      },
    ],
  },
  verify: ROLE_WAY,
  expected: {
    exitCode: 4,
    checks: [{ id: 'delete-object', result: 'deny', rule: 'boundary-explicit', layer: 'boundary', evidence: 'aws' }],
    left: 1,
  },
};
