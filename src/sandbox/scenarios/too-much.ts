import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const tooMuch: Scenario = {
  name: 'too-much',
  title: 'The role may do more than was agreed',
  symptom: 'Everything works. The verifier fails all the same, since calls succeed that should be refused.',
  reason: 'AmazonS3FullAccess was attached for convenience: it opens every bucket of the account.',
  sources: [{ page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html' }],
  world: {
    roles: [standardRole({ attached: ['arn:aws:iam::aws:policy/AmazonS3FullAccess'] })],
    buckets: [standardBucket()],
  },
  verify: ROLE_WAY,
  expected: {
    exitCode: 1,
    checks: [
      {
        id: 'denied:s3:ListAllMyBuckets',
        result: 'allow',
        rule: 'over-privilege',
        layer: 'identity',
        evidence: 'inferred',
        cause: ['more than minimal access'],
        fix: ['Replace the policies'],
      },
    ],
  },
};
