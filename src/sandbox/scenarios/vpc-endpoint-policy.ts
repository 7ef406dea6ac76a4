import { policy } from './documents.ts';
import { ROLE_WAY, refused, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const vpcEndpointPolicy: Scenario = {
  name: 'vpc-endpoint-policy',
  title: 'The policy of a VPC endpoint leaves the bucket out',
  symptom: 'Everything works from everywhere but one network, where every call to the bucket is refused.',
  reason:
    'In that network S3 is reached through a VPC endpoint, whose policy allows the buckets of its owner only. ChannelMix calls from elsewhere: run the verifier from outside.',
  sources: [
    { page: 'https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html' },
    { page: 'https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html' },
  ],
  world: {
    roles: [standardRole()],
    buckets: [standardBucket()],
    network: {
      sourceVpce: 'vpce-1a2b3c4d',
      endpointPolicy: policy({
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:*',
        Resource: ['arn:aws:s3:::own-data', 'arn:aws:s3:::own-data/*'],
      }),
    },
  },
  verify: ROLE_WAY,
  expected: {
    exitCode: 1,
    checks: refused(
      ['put-object', 'get-object', 'list-bucket'],
      { rule: 'vpc-endpoint', layer: 'vpc-endpoint', evidence: 'aws' },
      { fix: ['from outside that VPC'] },
    ),
  },
  onlyInSandbox: 'LocalEmu has no VPC endpoints.',
};
