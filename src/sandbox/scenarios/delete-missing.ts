import { policy } from './documents.ts';
import { BUCKET_ARN, OBJECTS_ARN, ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const deleteMissing: Scenario = {
  name: 'delete-missing',
  title: 'The role may not delete',
  symptom: 'ChannelMix writes and reads, but files pile up. The probe object stays behind.',
  reason:
    'The policy lacks s3:DeleteObject, so the verifier cannot remove what it put. It says how the client removes it.',
  sources: [
    { fault: 'C3' },
    { page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html' },
  ],
  world: {
    roles: [
      standardRole({
        inline: {
          'channelmix-s3': policy(
            { Effect: 'Allow', Action: 's3:ListBucket', Resource: BUCKET_ARN },
            { Effect: 'Allow', Action: ['s3:PutObject', 's3:GetObject'], Resource: OBJECTS_ARN },
          ),
        },
      }),
    ],
    buckets: [standardBucket()],
  },
  verify: ROLE_WAY,
  expected: {
    exitCode: 4,
    checks: [{ id: 'delete-object', result: 'deny', rule: 'identity-implicit', layer: 'identity', evidence: 'aws' }],
    left: 1,
  },
};
