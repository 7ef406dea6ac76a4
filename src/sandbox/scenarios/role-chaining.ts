import { policy } from './documents.ts';
import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const roleChaining: Scenario = {
  name: 'role-chaining',
  title: 'ChannelMix asks for 12 hours as a session of a role',
  symptom:
    'Long jobs end after one hour, or AssumeRole answers: exceeds the 1 hour session limit for roles assumed by role chaining.',
  reason:
    'Whoever assumes a role as a session of a role gets one hour at most. The MaxSessionDuration of the client’s role has nothing to do with it.',
  sources: [
    { fieldNote: 8 },
    { thread: '99designs/aws-vault#263' },
    { thread: 'prowler-cloud/prowler#7721' },
    { page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html' },
  ],
  world: {
    roles: [
      standardRole({ maxSessionSeconds: 43_200 }),
      {
        account: '031871504755',
        name: 'worker',
        trust: policy({
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::031871504755:root' },
          Action: 'sts:AssumeRole',
        }),
        inline: { assume: policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }) },
      },
    ],
    buckets: [standardBucket()],
  },
  verify: { ...ROLE_WAY, caller: { account: '031871504755', role: 'worker' } },
  expected: { exitCode: 0, checks: [] },
  who: 'Nobody. Whoever asks for a session asks for one hour, and again when it ends.',
};
