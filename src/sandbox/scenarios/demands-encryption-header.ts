import { policy } from './documents.ts';
import { OBJECTS_ARN, ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const demandsEncryptionHeader: Scenario = {
  name: 'demands-encryption-header',
  title: 'Uploads must name their encryption',
  symptom: 'Reading works, uploads are refused.',
  reason:
    'The bucket policy demands the header x-amz-server-side-encryption. S3 encrypts everything by itself since 2023, and ChannelMix does not send the header: remove the demand.',
  sources: [
    { fieldNote: 19 },
    { page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingServerSideEncryption.html' },
  ],
  world: {
    roles: [standardRole()],
    buckets: [
      standardBucket({
        policy: policy({
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:PutObject',
          Resource: OBJECTS_ARN,
          Condition: { StringNotEquals: { 's3:x-amz-server-side-encryption': 'AES256' } },
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
        cause: ['look first for conditions on the upload itself'],
      },
    ],
  },
  onlyInSandbox: 'LocalEmu does not know the condition keys of the headers of uploads.',
};
