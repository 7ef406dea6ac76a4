import { policy } from './documents.ts';
import { OTHER_ACCOUNT_ID, ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const trustTooWide: Scenario = {
  name: 'trust-too-wide',
  title: 'The role lets everybody in',
  symptom: 'Everything works. The verifier fails all the same, since another account can assume the role, too.',
  reason: 'The trust policy names everybody (“AWS”: “*”), which somebody tried when the account number did not work.',
  sources: [{ page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html' }],
  world: {
    accounts: ['111122223333', '031871504755', OTHER_ACCOUNT_ID],
    roles: [standardRole({ trust: policy({ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }) })],
    buckets: [standardBucket()],
  },
  verify: { ...ROLE_WAY, thirdParty: OTHER_ACCOUNT_ID },
  expected: {
    exitCode: 1,
    checks: [
      {
        id: 'denied:sts:AssumeRole',
        result: 'allow',
        rule: 'trust-too-wide',
        layer: 'trust',
        evidence: 'aws',
        cause: ['could assume'],
      },
    ],
  },
};
