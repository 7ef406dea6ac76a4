import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const sessionNotKnownYet: Scenario = {
  name: 'session-not-known-yet',
  title: 'A session is seconds old and not known everywhere',
  symptom: 'AssumeRole works, and the next call answers that the security token is invalid; a moment later it works.',
  reason: 'Sessions take a moment to be known to every server, too. The verifier asks again, and passes.',
  sources: [
    { fieldNote: 2 },
    { thread: 'aws-actions/configure-aws-credentials#1681' },
    { page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html' },
  ],
  world: {
    roles: [standardRole()],
    buckets: [standardBucket()],
    faults: ['unknown-session=s3:PutObject,at=1,times=2'],
  },
  verify: { ...ROLE_WAY, wait: '30s' },
  expected: { exitCode: 0, checks: [] },
  onlyInSandbox: 'It is a fault, which the sandbox is told to have.',
};
