import { policy, ROLE_ARN } from './documents.ts';
import { BUCKET_ARN, OBJECTS_ARN, ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const bucketPolicyDeniesRole: Scenario = {
  name: 'bucket-policy-denies-role',
  title: 'The bucket policy denies the role',
  symptom: 'ChannelMix assumes the role, and every call to the bucket is refused.',
  reason:
    'A statement of the bucket policy denies the role by name: left over from an incident, or a copy of another bucket’s policy.',
  sources: [{ page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html' }],
  world: {
    roles: [standardRole()],
    buckets: [
      standardBucket({
        policy: policy({
          Effect: 'Deny',
          Principal: { AWS: ROLE_ARN },
          Action: ['s3:ListBucket', 's3:GetObject', 's3:PutObject', 's3:DeleteObject'],
          Resource: [BUCKET_ARN, OBJECTS_ARN],
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
        fix: ['as its Principal, remove it there'],
      },
      { id: 'get-object', result: 'deny', rule: 'bucket-policy-explicit', layer: 'bucket-policy', evidence: 'aws' },
      { id: 'list-bucket', result: 'deny', rule: 'bucket-policy-explicit', layer: 'bucket-policy', evidence: 'aws' },
    ],
  },
  onlyInSandbox: 'LocalEmu compares a role in a Deny with the ARN of the session.',
};
