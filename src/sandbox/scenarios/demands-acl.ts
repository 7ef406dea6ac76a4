import { policy } from './documents.ts';
import { OBJECTS_ARN, ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const demandsAcl: Scenario = {
  name: 'demands-acl',
  title: 'Uploads must hand over ownership by an ACL',
  symptom: 'Reading works, uploads are refused; with the ACL header large files fail all the same.',
  reason:
    'The bucket policy demands the header x-amz-acl. ChannelMix sends none, and the parts of a large upload cannot carry it. With ACLs switched off (Object Ownership: bucket owner enforced) the demand has no use: remove it.',
  sources: [
    { fieldNote: 16 },
    { thread: 'aws/aws-cli#1674' },
    { thread: 'aws/aws-cli#4924' },
    { page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html' },
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
          Condition: { StringNotEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } },
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
        cause: ['look first for conditions on the upload itself', 's3:x-amz-acl'],
      },
    ],
  },
  onlyInSandbox: 'LocalEmu does not know the condition keys of the headers of uploads.',
};
