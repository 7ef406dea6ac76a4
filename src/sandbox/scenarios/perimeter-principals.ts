import { closedBucket, ROLE_WAY, refused, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const perimeterPrincipals: Scenario = {
  name: 'perimeter-principals',
  title: 'The bucket is open to the client’s own applications only',
  symptom: 'ChannelMix assumes the role, and every call to the bucket is refused.',
  reason:
    'The bucket policy denies every principal that is not one of the client’s own applications (aws:PrincipalArn).',
  sources: [
    { fieldNote: 19 },
    { thread: 'UnitOneAI/SecuritySkills#805' },
    { page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html' },
  ],
  world: {
    roles: [standardRole()],
    buckets: [
      closedBucket({ Condition: { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/apps/*' } } }),
    ],
  },
  verify: ROLE_WAY,
  expected: {
    exitCode: 1,
    checks: refused(
      ['put-object', 'get-object', 'list-bucket'],
      { rule: 'bucket-policy-explicit', layer: 'bucket-policy', evidence: 'aws' },
      { cause: ['aws:SourceVpce'], fix: ['except the role from it'] },
    ),
  },
};
