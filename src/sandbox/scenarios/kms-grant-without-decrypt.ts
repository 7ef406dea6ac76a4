import { encryptedBucket, grantedKey, ROLE_WAY, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const kmsGrantWithoutDecrypt: Scenario = {
  name: 'kms-grant-without-decrypt',
  title: 'A grant of the key leaves kms:Decrypt out',
  symptom: 'Files go up, and cannot be read back: kms:Decrypt.',
  reason:
    'The role uses the key by a grant, which allows GenerateDataKey only. Run by the client, who may read keys and grants.',
  sources: [
    { fieldNote: 14 },
    { fault: 'C5' },
    { page: 'https://docs.aws.amazon.com/kms/latest/developerguide/grants.html' },
  ],
  world: {
    keys: [grantedKey(['GenerateDataKey'])],
    roles: [standardRole()],
    buckets: [encryptedBucket()],
  },
  verify: { ...ROLE_WAY, as: 'simulate', caller: { account: '111122223333' } },
  expected: {
    exitCode: 1,
    checks: [
      {
        id: 'get-object',
        result: 'deny',
        rule: 'kms-grant',
        layer: 'kms-grant',
        evidence: 'inferred',
        cause: ['by a grant'],
      },
    ],
  },
};
