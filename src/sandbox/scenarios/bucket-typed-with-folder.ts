import { grantPolicy } from './documents.ts';
import { BUCKET, ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const bucketTypedWithFolder: Scenario = {
  name: 'bucket-typed-with-folder',
  title: 'The bucket was typed with a folder',
  symptom: 'A connection form was given my-bucket/path/to/files, and nothing is found.',
  reason: 'What stands before the first slash is the bucket, the rest is a folder. The verifier splits it and goes on.',
  sources: [
    { fieldNote: 27 },
    { thread: 'airbytehq/airbyte#65588' },
    { page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html' },
  ],
  world: {
    roles: [standardRole({ inline: { 'channelmix-s3': grantPolicy(BUCKET, { prefixes: ['Client123/'] }) } })],
    buckets: [standardBucket()],
  },
  verify: { ...ROLE_WAY, bucket: 's3://client-reports/Client123/' },
  expected: { exitCode: 0, checks: [] },
  onlyInSandbox: 'LocalEmu does not know the condition key s3:prefix.',
};
