import { closedBucket, ROLE_WAY, refused, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const perimeterAddresses: Scenario = {
  name: 'perimeter-addresses',
  title: 'The bucket is open to some addresses only',
  symptom: 'ChannelMix assumes the role, and every call to the bucket is refused.',
  reason: 'The bucket policy denies addresses outside of the client’s networks.',
  sources: [
    { fieldNote: 19 },
    { page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html' },
  ],
  world: {
    roles: [standardRole()],
    buckets: [closedBucket({ Condition: { NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } })],
  },
  verify: ROLE_WAY,
  expected: {
    exitCode: 1,
    checks: refused(
      ['put-object', 'get-object', 'list-bucket'],
      { rule: 'bucket-policy-explicit', layer: 'bucket-policy', evidence: 'aws' },
      { cause: ['aws:SourceVpce'], fix: ['except the role from it'] },
    ),
  },
};
