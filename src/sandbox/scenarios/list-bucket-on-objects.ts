import { policy } from './documents.ts';
import { OBJECTS_ARN, ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const listBucketOnObjects: Scenario = {
  name: 'list-bucket-on-objects',
  title: 's3:ListBucket was given on the objects',
  symptom: 'Files can be written and read, but not listed: AccessDenied for ListObjectsV2.',
  reason:
    's3:ListBucket works on the bucket. The policy has it on arn:aws:s3:::client-reports/*, where it means nothing.',
  sources: [
    { fieldNote: 9 },
    { thread: 'JetBrains/kotless#120' },
    { thread: 'codeship/documentation#1514' },
    { thread: 'aws/aws-cli#2408' },
    { page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html' },
  ],
  world: {
    roles: [
      standardRole({
        inline: {
          'channelmix-s3': policy({
            Effect: 'Allow',
            Action: ['s3:ListBucket', 's3:PutObject', 's3:GetObject', 's3:DeleteObject'],
            Resource: OBJECTS_ARN,
          }),
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
        id: 'list-bucket',
        result: 'deny',
        rule: 'identity-implicit',
        layer: 'identity',
        evidence: 'aws',
        cause: ["works on the bucket's ARN"],
      },
    ],
  },
};
