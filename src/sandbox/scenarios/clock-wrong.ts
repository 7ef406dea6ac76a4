import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const clockWrong: Scenario = {
  name: 'clock-wrong',
  title: 'The clock of the machine is wrong',
  symptom: 'SignatureDoesNotMatch: Signature not yet current, or RequestTimeTooSkewed.',
  reason:
    'The clock is more than a quarter of an hour off. The verifier corrects itself by the answer where it can, and passes.',
  sources: [
    { fault: 'B8' },
    { page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html' },
  ],
  world: { roles: [standardRole()], buckets: [standardBucket()], faults: ['clock-skew=20m'] },
  verify: ROLE_WAY,
  expected: { exitCode: 0, checks: [] },
  onlyInSandbox: 'It is a fault, which the sandbox is told to have.',
};
