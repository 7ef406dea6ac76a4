import { asLimitedSession, ownersRole, standardBucket } from './standard.ts';
import type { Scenario } from './types.ts';

export const clientSessionPolicyDenies: Scenario = {
  name: 'client-session-policy-denies',
  title: 'The credentials are a session of the role whose session policy denies',
  symptom: 'Everything works but listing, and the policy of the role allows it.',
  reason:
    'The client runs the verifier with a session of the role that a tool has made, with a session policy that denies s3:ListBucket. ChannelMix makes its own session, without one.',
  sources: [{ page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session' }],
  world: { roles: [ownersRole()], buckets: [standardBucket()] },
  verify: asLimitedSession(
    { Effect: 'Allow', Action: '*', Resource: '*' },
    { Effect: 'Deny', Action: 's3:ListBucket', Resource: '*' },
  ),
  expected: {
    exitCode: 1,
    checks: [
      { id: 'assume-role', result: 'error', layer: 'unknown', evidence: 'inferred' },
      {
        id: 'list-bucket',
        result: 'deny',
        rule: 'session-explicit',
        layer: 'session',
        evidence: 'aws',
        cause: ['a statement of a session policy denies'],
      },
    ],
  },
  onlyInSandbox: 'LocalEmu heeds what a session policy leaves out, and not what it denies.',
};
