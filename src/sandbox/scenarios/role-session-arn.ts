import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const roleSessionArn: Scenario = {
  name: 'role-session-arn',
  title: 'The ARN of a session was sent instead of the role’s',
  symptom: 'The verifier refuses the ARN before it calls anything.',
  reason:
    'The ARN was copied from a log or from GetCallerIdentity: it names a session (sts … assumed-role), and not a role that can be assumed.',
  sources: [
    { fieldNote: 4 },
    { thread: 'kubernetes-sigs/aws-iam-authenticator#144' },
    { page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html' },
  ],
  world: { roles: [standardRole()], buckets: [standardBucket()] },
  verify: { ...ROLE_WAY, roleArn: 'arn:aws:sts::111122223333:assumed-role/channelmix_s3_access/etl' },
  expected: {
    exitCode: 2,
    checks: [],
    message: ['is the ARN of a session', 'arn:aws:iam::111122223333:role/channelmix_s3_access'],
  },
};
