import { policy } from './documents.ts';
import { BUCKET_ARN, OBJECTS_ARN, ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const perimeterAddresses: Scenario = {
  name: 'perimeter-addresses',
  title: 'The bucket is open to some addresses only',
  symptom: 'ChannelMix assumes the role, and every call to the bucket is refused.',
  reason: 'The bucket policy denies addresses outside of the client’s networks.',
  sources: [
    { fieldNote: 19 },
    { page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html' },
  ],
  world: {
    roles: [standardRole()],
    buckets: [
      standardBucket({
        policy: policy({
          Effect: 'Deny',
          Principal: '*',
          Action: ['s3:ListBucket', 's3:GetObject', 's3:PutObject', 's3:DeleteObject'],
          Resource: [BUCKET_ARN, OBJECTS_ARN],
          Condition: { NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' } },
        }),
      }),
    ],
  },
  verify: ROLE_WAY,
  expected: {
    exitCode: 1,
    checks: [
      {
        id: 'put-object',
        result: 'deny',
        rule: 'bucket-policy-explicit',
        layer: 'bucket-policy',
        evidence: 'aws',
        cause: ['aws:SourceVpce'],
        fix: ['except the role from it'],
      },
      { id: 'get-object', result: 'deny', rule: 'bucket-policy-explicit', layer: 'bucket-policy', evidence: 'aws' },
      { id: 'list-bucket', result: 'deny', rule: 'bucket-policy-explicit', layer: 'bucket-policy', evidence: 'aws' },
    ],
  },
};
