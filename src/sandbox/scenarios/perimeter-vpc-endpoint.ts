import { policy } from './documents.ts';
import { BUCKET_ARN, OBJECTS_ARN, ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const perimeterVpcEndpoint: Scenario = {
  name: 'perimeter-vpc-endpoint',
  title: 'The bucket is open to a VPC endpoint only',
  symptom: 'ChannelMix assumes the role, and every call to the bucket is refused.',
  reason:
    'The bucket policy denies whoever does not come through the client’s VPC endpoint. ChannelMix is outside of that network.',
  sources: [
    { fieldNote: 19 },
    { thread: 'ministryofjustice/opg-digideps#2920' },
    { page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies-vpc-endpoint.html' },
  ],
  world: {
    roles: [standardRole()],
    buckets: [
      standardBucket({
        policy: policy({
          Sid: 'OnlyFromOurNetwork',
          Effect: 'Deny',
          Principal: '*',
          Action: ['s3:ListBucket', 's3:GetObject', 's3:PutObject', 's3:DeleteObject'],
          Resource: [BUCKET_ARN, OBJECTS_ARN],
          Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1a2b3c4d' } },
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
  onlyInSandbox: 'In LocalEmu a negated operator does not match when the key is absent.',
};
