import { policy } from './documents.ts';
import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const expiredSession: Scenario = {
  name: 'expired-session',
  title: 'The credentials have expired',
  symptom: 'The verifier stops before it calls the bucket: ExpiredToken.',
  reason: 'Temporary credentials (SSO, a role) end after some hours.',
  sources: [
    { fieldNote: 28 },
    { fault: 'B10' },
    { page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp.html' },
  ],
  world: {
    roles: [
      standardRole(),
      {
        account: '031871504755',
        name: 'worker',
        trust: policy({
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::031871504755:root' },
          Action: 'sts:AssumeRole',
        }),
      },
    ],
    buckets: [standardBucket()],
  },
  verify: { ...ROLE_WAY, caller: { account: '031871504755', role: 'worker', expired: true } },
  expected: { exitCode: 3, checks: [], message: ['expired'] },
  onlyInSandbox: 'LocalEmu cannot be told that time has passed.',
};
