import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const wrongSecret: Scenario = {
  name: 'wrong-secret',
  title: 'The secret of the access key is wrong',
  symptom: 'The verifier stops before it calls the bucket: SignatureDoesNotMatch.',
  reason: 'A character was lost when the secret was copied, or it belongs to another key.',
  sources: [
    { fieldNote: 28 },
    { page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html' },
  ],
  world: { roles: [standardRole()], buckets: [standardBucket()] },
  verify: { ...ROLE_WAY, caller: { accessKeyId: '031871504755', secretAccessKey: 'a-secret-that-was-cut' } },
  expected: { exitCode: 3, checks: [], message: ['SignatureDoesNotMatch'] },
  onlyInSandbox: 'LocalEmu verifies no signatures.',
};
