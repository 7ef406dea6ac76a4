import { policy } from './documents.ts';
import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const trustDeadPrincipal: Scenario = {
  name: 'trust-dead-principal',
  title: 'The trust policy names a user that was deleted',
  symptom:
    'The role worked, and one day ChannelMix cannot assume it any more. IAM shows AIDA… or AROA… instead of an ARN.',
  reason:
    'IAM keeps the id of the user or role that a trust policy names. When that is deleted the id stands there for ever; a new one of the same name has another id.',
  sources: [
    { fieldNote: 5 },
    { thread: 'awslabs/aws-deployment-framework#235' },
    { thread: 'MIT-LCP/physionet-build#2094' },
    { page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html' },
  ],
  world: {
    users: [{ account: '031871504755', name: 'etl', deleted: true }],
    roles: [
      standardRole({
        trust: policy({
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::031871504755:user/etl' },
          Action: 'sts:AssumeRole',
        }),
      }),
    ],
    buckets: [standardBucket()],
  },
  verify: ROLE_WAY,
  expected: {
    exitCode: 1,
    checks: [
      {
        id: 'assume-role',
        result: 'deny',
        rule: 'assume-unnamed',
        layer: 'trust',
        evidence: 'inferred',
        cause: ['deleted (AROA… or AIDA…)'],
      },
    ],
  },
};
