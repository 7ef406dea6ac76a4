import { policy } from './documents.ts';
import { BUCKET_ARN, OBJECTS_ARN, ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const putMissing: Scenario = {
  name: 'put-missing',
  title: 'The role may only read',
  symptom: 'ChannelMix reads, but cannot write.',
  reason: 'The policy lacks s3:PutObject: somebody gave read access.',
  sources: [{ page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html' }],
  world: {
    roles: [
      standardRole({
        inline: {
          'channelmix-s3': policy(
            { Effect: 'Allow', Action: 's3:ListBucket', Resource: BUCKET_ARN },
            { Effect: 'Allow', Action: ['s3:GetObject', 's3:DeleteObject'], Resource: OBJECTS_ARN },
          ),
        },
      }),
    ],
    buckets: [standardBucket()],
  },
  verify: ROLE_WAY,
  expected: {
    exitCode: 1,
    checks: [{ id: 'put-object', result: 'deny', rule: 'identity-implicit', layer: 'identity', evidence: 'aws' }],
  },
};
