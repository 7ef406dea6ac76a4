import { ROLE_ARN } from './documents.ts';
import { closedBucket, ROLE_WAY, refused, standardRole } from './standard.ts';
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
    buckets: [closedBucket({ Principal: { AWS: ROLE_ARN } })],
  },
  verify: ROLE_WAY,
  expected: {
    exitCode: 1,
    checks: refused(
      ['put-object', 'get-object', 'list-bucket'],
      { rule: 'bucket-policy-explicit', layer: 'bucket-policy', evidence: 'aws' },
      { fix: ['as its Principal, remove it there'] },
    ),
  },
  onlyInSandbox: 'LocalEmu compares a role in a Deny with the ARN of the session.',
};
