import { foreignBucket, OTHER_ACCOUNT_ID, ROLE_WAY, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const kmsManagedKeyOfAnotherAccount: Scenario = {
  name: 'kms-managed-key-of-another-account',
  title: 'The bucket of another account is encrypted with aws/s3',
  symptom: 'Both sides allow S3, and writing is refused.',
  reason:
    'The key aws/s3 is AWS’s own and works within its account only. A bucket that other accounts write to needs SSE-S3 or a key of the client’s own.',
  sources: [{ fieldNote: 14 }, { page: 'https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html' }],
  world: {
    accounts: ['111122223333', '031871504755', OTHER_ACCOUNT_ID],
    roles: [standardRole()],
    buckets: [foreignBucket({ encryption: { algorithm: 'aws:kms' } })],
  },
  verify: ROLE_WAY,
  expected: {
    exitCode: 1,
    checks: [
      {
        id: 'put-object',
        result: 'deny',
        rule: 'kms-unnamed',
        layer: 'kms',
        evidence: 'inferred',
        fix: ['aws/s3 cannot be used across accounts'],
      },
    ],
  },
  onlyInSandbox: 'S3 of LocalEmu does not ask KMS.',
};
