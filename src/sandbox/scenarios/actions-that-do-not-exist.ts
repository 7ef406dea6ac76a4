import { policy } from './documents.ts';
import { BUCKET_ARN, OBJECTS_ARN, ROLE_WAY, refused, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const actionsThatDoNotExist: Scenario = {
  name: 'actions-that-do-not-exist',
  title: 'The policy names actions that do not exist',
  symptom: 'ChannelMix assumes the role and may write, but not list, delete or upload in parts.',
  reason:
    's3:ListObjects, s3:DeleteObjects, s3:HeadObject and s3:UploadPart are no actions: IAM accepts the words, and they grant nothing. channelmix-s3 lint finds them and names the real ones.',
  sources: [
    { fieldNote: 10 },
    { thread: 'remotely-save/remotely-save#564' },
    { thread: 'fsspec/s3fs#591' },
    { page: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html' },
  ],
  world: {
    roles: [
      standardRole({
        inline: {
          'channelmix-s3': policy(
            { Effect: 'Allow', Action: ['s3:ListObjects', 's3:HeadBucket'], Resource: BUCKET_ARN },
            {
              Effect: 'Allow',
              Action: ['s3:PutObject', 's3:GetObject', 's3:HeadObject', 's3:DeleteObjects', 's3:UploadPart'],
              Resource: OBJECTS_ARN,
            },
          ),
        },
      }),
    ],
    buckets: [standardBucket()],
  },
  verify: ROLE_WAY,
  expected: {
    exitCode: 4,
    checks: refused(['list-bucket', 'delete-object'], {
      rule: 'identity-implicit',
      layer: 'identity',
      evidence: 'aws',
    }),
    left: 1,
  },
};
