import { trustPolicy } from './documents.ts';
import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const notSpreadingAnyMore: Scenario = {
  name: 'not-spreading-any-more',
  title: 'The verifier waited, and it is no delay',
  symptom: 'AccessDenied for sts:AssumeRole, for longer than a change takes to spread.',
  reason: 'The role does not trust ChannelMix. The verifier waits as long as --wait says, and then says so.',
  sources: [
    { fieldNote: 1 },
    { thread: 'trycompai/comp#3055' },
    { fault: 'B7' },
    { page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html' },
  ],
  world: {
    roles: [standardRole({ trust: trustPolicy({ StringEquals: { 'sts:ExternalId': 'x' } }) })],
    buckets: [standardBucket()],
  },
  verify: { ...ROLE_WAY, wait: '1s' },
  expected: {
    exitCode: 1,
    checks: [
      {
        id: 'assume-role',
        result: 'deny',
        rule: 'assume-unnamed',
        layer: 'trust',
        evidence: 'inferred',
        cause: ['Retried'],
      },
    ],
  },
};
