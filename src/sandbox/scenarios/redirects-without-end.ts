import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const redirectsWithoutEnd: Scenario = {
  name: 'redirects-without-end',
  title: 'S3 redirects without an end',
  symptom: 'Calls end with 307 TemporaryRedirect.',
  reason: 'The answer names no other region: a bucket that is just being made elsewhere, or a proxy in front of S3.',
  sources: [{ fault: 'B9' }, { page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html' }],
  world: { roles: [standardRole()], buckets: [standardBucket()], faults: ['answer=redirect,s3:GetObject'] },
  verify: ROLE_WAY,
  expected: {
    exitCode: 3,
    checks: [{ id: 'get-object', result: 'error', rule: 'region', layer: 'region', evidence: 'aws' }],
  },
  onlyInSandbox: 'It is a fault, which the sandbox is told to have.',
};
