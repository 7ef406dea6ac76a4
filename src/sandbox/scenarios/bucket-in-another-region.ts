import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const bucketInAnotherRegion: Scenario = {
  name: 'bucket-in-another-region',
  title: 'The bucket is in another region than the client thought',
  symptom:
    'Tools answer 301 PermanentRedirect, AuthorizationHeaderMalformed, or AccessDenied for GetBucketLocation. The verifier passes.',
  reason:
    'S3 tells the region of a bucket to everybody, in the answer to HeadBucket. GetBucketLocation is for the owner and is not needed: verify does not call it.',
  sources: [
    { fieldNote: 12 },
    { fieldNote: 13 },
    { thread: 'aws/aws-sdk-cpp#893' },
    { thread: 's3fs-fuse/s3fs-fuse#1186' },
    { thread: 'aws/aws-sdk-java-v2#5634' },
    { fault: 'B9' },
    { page: 'https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html' },
  ],
  world: { roles: [standardRole()], buckets: [standardBucket({ region: 'eu-central-1' })] },
  verify: { ...ROLE_WAY, region: 'us-east-1' },
  expected: { exitCode: 0, checks: [] },
};
