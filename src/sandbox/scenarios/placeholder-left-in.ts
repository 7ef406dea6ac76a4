// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholder is what it is about
import { policy } from './documents.ts';
import { ROLE_WAY, refused, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const placeholderLeftIn: Scenario = {
  name: 'placeholder-left-in',
  title: 'A placeholder was left in the policy',
  symptom:
    'ChannelMix assumes the role, and every call to the bucket is refused. The policy looks right at first sight.',
  reason:
    'The policy says arn:aws:s3:::${BucketName}. IAM takes that for a variable that has no value, accepts it, and it matches nothing.',
  sources: [
    { fieldNote: 24 },
    { thread: 'cloudera-labs/cloudera.exe#112' },
    { page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html' },
  ],
  world: {
    roles: [
      standardRole({
        inline: {
          'channelmix-s3': policy(
            { Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::${BucketName}' },
            {
              Effect: 'Allow',
              Action: ['s3:PutObject', 's3:GetObject', 's3:DeleteObject'],
              Resource: 'arn:aws:s3:::${BucketName}/*',
            },
          ),
        },
      }),
    ],
    buckets: [standardBucket()],
  },
  verify: ROLE_WAY,
  expected: {
    exitCode: 1,
    checks: refused(
      ['put-object', 'get-object', 'list-bucket'],
      { rule: 'identity-elsewhere', layer: 'identity', evidence: 'aws' },
      { cause: ['${BucketName}'] },
    ),
  },
};
