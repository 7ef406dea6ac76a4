import { encryptedBucket, grantedKey, ROLE_WAY, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const kmsGrantNew: Scenario = {
  name: 'kms-grant-new',
  title: 'The grant of the key was made a moment ago',
  symptom: 'A grant that allows both operations is listed, and KMS refuses them all the same.',
  reason:
    'A new grant takes up to five minutes to be known everywhere. Run by the client, who may read the grants of the key.',
  sources: [
    { fieldNote: 14 },
    { page: 'https://docs.aws.amazon.com/kms/latest/developerguide/grants.html#terms-eventual-consistency' },
  ],
  world: {
    keys: [grantedKey(['GenerateDataKey', 'Decrypt'])],
    roles: [standardRole()],
    users: [{ name: 'admin', attached: ['arn:aws:iam::aws:policy/AdministratorAccess'] }],
    buckets: [encryptedBucket()],
    ageSeconds: 0,
    faults: ['grant-delay=5m'],
  },
  verify: { ...ROLE_WAY, as: 'client', caller: { account: '111122223333', user: 'admin' }, wait: '1s' },
  expected: {
    exitCode: 1,
    checks: [
      {
        id: 'put-object',
        result: 'deny',
        rule: 'kms-grant-new',
        layer: 'consistency',
        evidence: 'inferred',
        cause: ['a new grant takes up to five minutes'],
        fix: ['Verify again in five minutes'],
      },
    ],
  },
  onlyInSandbox: 'It is a fault, which the sandbox is told to have.',
};
