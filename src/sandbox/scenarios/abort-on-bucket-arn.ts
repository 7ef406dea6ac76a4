import { policy } from './documents.ts';
import { BUCKET_ARN, OBJECTS_ARN, ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const abortOnBucketArn: Scenario = {
  name: 'abort-on-bucket-arn',
  title: 's3:AbortMultipartUpload was given on the bucket',
  symptom: 'Large uploads that break off leave parts behind, which cost money and which nobody sees.',
  reason: 's3:AbortMultipartUpload works on objects. The policy has it on the bucket, where it means nothing.',
  sources: [
    { fieldNote: 18 },
    { thread: 'velero-io/velero#416' },
    { thread: 'minio/mc#1705' },
    { fault: 'C7' },
    { page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html' },
  ],
  world: {
    roles: [
      standardRole({
        inline: {
          'channelmix-s3': policy(
            {
              Effect: 'Allow',
              Action: [
                's3:ListBucket',
                's3:ListBucketMultipartUploads',
                's3:GetBucketLocation',
                's3:AbortMultipartUpload',
              ],
              Resource: BUCKET_ARN,
            },
            {
              Effect: 'Allow',
              Action: [
                's3:PutObject',
                's3:GetObject',
                's3:DeleteObject',
                's3:ListMultipartUploadParts',
                's3:PutObjectTagging',
                's3:GetObjectTagging',
                's3:DeleteObjectTagging',
              ],
              Resource: OBJECTS_ARN,
            },
          ),
        },
      }),
    ],
    buckets: [standardBucket()],
  },
  verify: { ...ROLE_WAY, access: 'extended' },
  expected: {
    exitCode: 1,
    checks: [{ id: 'multipart-upload', result: 'deny', rule: 'identity-implicit', layer: 'identity', evidence: 'aws' }],
  },
};
