import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const smallFilesOnly: Scenario = {
  name: 'small-files-only',
  title: 'The check was green, the transfer is red',
  symptom: 'A vendor’s connection test passes, and the first large file fails.',
  reason:
    'The test made fewer calls than the product: large files go up in parts, which needs more. verify makes the calls of the access level that was agreed.',
  sources: [
    { fieldNote: 26 },
    { thread: 'airbytehq/airbyte#10856' },
    { page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html' },
  ],
  world: { roles: [standardRole()], buckets: [standardBucket()] },
  verify: { ...ROLE_WAY, access: 'extended' },
  expected: {
    exitCode: 1,
    checks: [{ id: 'multipart-upload', result: 'deny', rule: 'identity-implicit', layer: 'identity', evidence: 'aws' }],
  },
};
