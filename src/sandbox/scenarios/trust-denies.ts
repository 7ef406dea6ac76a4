import { policy } from './documents.ts';
import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const trustDenies: Scenario = {
  name: 'trust-denies',
  title: 'The trust policy denies everybody without an external ID',
  symptom: 'ChannelMix cannot assume the role, though a statement allows its account.',
  reason:
    'A second statement denies whoever sends no external ID. ChannelMix sends none, and a Deny beats every Allow.',
  sources: [
    { fieldNote: 7 },
    {
      page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html',
    },
  ],
  world: {
    roles: [
      standardRole({
        trust: policy(
          { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::031871504755:root' }, Action: 'sts:AssumeRole' },
          {
            Effect: 'Deny',
            Principal: { AWS: '*' },
            Action: 'sts:AssumeRole',
            Condition: { Null: { 'sts:ExternalId': 'true' } },
          },
        ),
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
        cause: ['sts:ExternalId'],
      },
    ],
  },
  onlyInSandbox: 'LocalEmu evaluates only some conditions of a trust policy, and no Deny in it.',
};
