import { ROLE_WAY, standardBucket } from './standard.ts';
import type { Scenario } from './types.ts';

export const roleOfAnotherPartition: Scenario = {
  name: 'role-of-another-partition',
  title: 'The role is in AWS China or GovCloud',
  symptom:
    'The verifier refuses the ARN before it calls anything. Policies with arn:aws: are refused there: Partition "aws" is not valid for resource.',
  reason:
    'AWS has separate partitions. A role cannot be assumed across them, so only an access key works there, and policies need --partition.',
  sources: [
    { fieldNote: 23 },
    { thread: 'aws/chalice#777' },
    { thread: 'aws/copilot-cli#2563' },
    { page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html' },
  ],
  world: { buckets: [standardBucket()] },
  verify: { ...ROLE_WAY, roleArn: 'arn:aws-cn:iam::111122223333:role/channelmix_s3_access' },
  expected: { exitCode: 2, checks: [], message: ['partition "aws-cn"', 'use an access key'] },
};
