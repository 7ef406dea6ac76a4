import { grantPolicy, policy } from './documents.ts';
import { BUCKET, ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const denyInIdentity: Scenario = {
  name: 'deny-in-identity',
  title: 'A policy of the role denies',
  symptom: 'Everything is allowed, and writing is refused all the same.',
  reason: 'A second policy of the role, a guard of the client’s, denies s3:PutObject. A Deny beats every Allow.',
  sources: [
    {
      page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html',
    },
  ],
  world: {
    roles: [
      standardRole({
        inline: {
          'channelmix-s3': grantPolicy(BUCKET),
          guard: policy({ Effect: 'Deny', Action: 's3:PutObject', Resource: '*' }),
        },
      }),
    ],
    buckets: [standardBucket()],
  },
  verify: ROLE_WAY,
  expected: {
    exitCode: 1,
    checks: [
      {
        id: 'put-object',
        result: 'deny',
        rule: 'identity-explicit',
        layer: 'identity',
        evidence: 'aws',
        fix: ['Deny statement'],
      },
    ],
  },
};
