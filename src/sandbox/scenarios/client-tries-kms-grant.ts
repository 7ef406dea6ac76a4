import { encryptedBucket, grantedKey, ROLE_WAY, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const clientTriesKmsGrant: Scenario = {
  name: 'client-tries-kms-grant',
  title: 'The client tries the role, and a grant leaves kms:Decrypt out',
  symptom: 'Files go up, and cannot be read back.',
  reason:
    'As in kms-grant-without-decrypt, with real calls: AWS says that the key policy does not allow it, and the grants of the key, which the client may read, say why the rest works.',
  sources: [{ fieldNote: 14 }, { page: 'https://docs.aws.amazon.com/kms/latest/developerguide/grants.html' }],
  world: {
    keys: [grantedKey(['GenerateDataKey'])],
    roles: [standardRole()],
    users: [{ name: 'admin', attached: ['arn:aws:iam::aws:policy/AdministratorAccess'] }],
    buckets: [encryptedBucket()],
  },
  verify: { ...ROLE_WAY, as: 'client', caller: { account: '111122223333', user: 'admin' } },
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
  onlyInSandbox: 'S3 of LocalEmu does not ask KMS.',
};
