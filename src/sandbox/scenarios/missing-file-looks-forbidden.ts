import { policy } from './documents.ts';
import { OBJECTS_ARN, ROLE_WAY, refused, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const missingFileLooksForbidden: Scenario = {
  name: 'missing-file-looks-forbidden',
  title: 'A file that is not there looks forbidden',
  symptom: '“(403) when calling the HeadObject operation: Forbidden” for a file that was never delivered.',
  reason:
    'Without s3:ListBucket S3 answers 403 instead of 404, so that nobody can find out which keys exist. The verifier sees through it: reading is allowed, listing is not.',
  sources: [
    { fieldNote: 11 },
    { thread: 'jschneier/django-storages#1104' },
    { thread: 'databendlabs/databend#4678' },
    { page: 'https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html' },
  ],
  world: {
    roles: [
      standardRole({
        inline: {
          'channelmix-s3': policy({
            Effect: 'Allow',
            Action: ['s3:GetObject', 's3:DeleteObject'],
            Resource: OBJECTS_ARN,
          }),
        },
      }),
    ],
    buckets: [standardBucket()],
  },
  verify: ROLE_WAY,
  expected: {
    exitCode: 1,
    checks: refused(['put-object', 'list-bucket'], { rule: 'identity-implicit', layer: 'identity', evidence: 'aws' }),
  },
};
