import { asLimitedSession, ownersRole, standardBucket } from './standard.ts';
import type { Scenario } from './types.ts';

export const clientSessionPolicy: Scenario = {
  name: 'client-session-policy',
  title: 'The credentials are a session of the role that a session policy limits',
  symptom: 'Reading works, writing is refused, and the policy of the role allows both.',
  reason:
    'The client runs the verifier with a session of the role that a tool has made, with a session policy that leaves reading only. ChannelMix makes its own session, without one.',
  sources: [{ page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session' }],
  world: { roles: [ownersRole()], buckets: [standardBucket()] },
  verify: asLimitedSession({ Effect: 'Allow', Action: ['s3:ListBucket', 's3:GetObject'], Resource: '*' }),
  expected: {
    exitCode: 1,
    checks: [
      { id: 'assume-role', result: 'error', layer: 'unknown', evidence: 'inferred' },
      {
        id: 'put-object',
        result: 'deny',
        rule: 'session-policy',
        layer: 'session',
        evidence: 'aws',
        cause: ['a session policy limits the session'],
      },
    ],
  },
};
