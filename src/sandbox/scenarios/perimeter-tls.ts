import { closedBucket, ROLE_WAY, refused, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const perimeterTls: Scenario = {
  name: 'perimeter-tls',
  title: 'The call came without TLS',
  symptom: 'Every call to the bucket is refused, from one program only.',
  reason:
    'The bucket policy denies plain HTTP, and an endpoint that begins with http:// was configured. Leave the policy as it is and use https://.',
  sources: [
    { fieldNote: 19 },
    { page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html' },
  ],
  world: {
    roles: [standardRole()],
    buckets: [closedBucket({ Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
    network: { secureTransport: false },
  },
  verify: ROLE_WAY,
  expected: {
    exitCode: 1,
    checks: refused(
      ['put-object', 'get-object', 'list-bucket'],
      { rule: 'bucket-policy-explicit', layer: 'bucket-policy', evidence: 'aws' },
      { cause: ['aws:SecureTransport'] },
    ),
  },
  onlyInSandbox: 'LocalEmu is called by TLS.',
};
