import { grantPolicy } from './documents.ts';
import { BUCKET, ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const healthyFolders: Scenario = {
  name: 'healthy-folders',
  title: 'Access to two folders that works',
  symptom: 'Every check passes, and everything beside the folders is refused.',
  reason:
    'The policy names both folders: s3:ListBucket has a condition on s3:prefix, the object actions name them in the ARN.',
  sources: [{ page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html' }],
  world: {
    roles: [
      standardRole({ inline: { 'channelmix-s3': grantPolicy(BUCKET, { prefixes: ['Client123/', 'Client456/'] }) } }),
    ],
    buckets: [standardBucket()],
  },
  verify: { ...ROLE_WAY, prefixes: ['Client123/', 'Client456/'] },
  expected: { exitCode: 0, checks: [] },
  onlyInSandbox: 'LocalEmu does not know the condition key s3:prefix.',
};
