import { policy } from './documents.ts';
import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const trustDeadPrincipalRead: Scenario = {
  name: 'trust-dead-principal-read',
  title: 'The deleted user, when the client looks',
  symptom: 'As in trust-dead-principal; run by the client, who may read the trust policy.',
  reason:
    'Read by somebody who may, the trust policy shows the id of the deleted user: the one cause is named, not a list.',
  sources: [
    { fieldNote: 5 },
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
  verify: { ...ROLE_WAY, as: 'simulate', caller: { account: '111122223333' } },
  expected: {
    exitCode: 1,
    checks: [
      {
        id: 'assume-role',
        result: 'deny',
        rule: 'trust-dead-principal',
        layer: 'trust',
        evidence: 'inferred',
        cause: ['was deleted'],
      },
    ],
  },
  onlyInSandbox: 'LocalEmu keeps the ARN of a principal that was deleted, where IAM shows its id.',
};
