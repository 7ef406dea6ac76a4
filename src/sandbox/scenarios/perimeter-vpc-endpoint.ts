import { closedBucket, ROLE_WAY, refused, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const perimeterVpcEndpoint: Scenario = {
  name: 'perimeter-vpc-endpoint',
  title: 'The bucket is open to a VPC endpoint only',
  symptom: 'ChannelMix assumes the role, and every call to the bucket is refused.',
  reason:
    'The bucket policy denies whoever does not come through the client’s VPC endpoint. ChannelMix is outside of that network.',
  sources: [
    { fieldNote: 19 },
    { thread: 'ministryofjustice/opg-digideps#2920' },
    { page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies-vpc-endpoint.html' },
  ],
  world: {
    roles: [standardRole()],
    buckets: [
      closedBucket({
        Sid: 'OnlyFromOurNetwork',
        Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1a2b3c4d' } },
      }),
    ],
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
  onlyInSandbox: 'In LocalEmu a negated operator does not match when the key is absent.',
};
