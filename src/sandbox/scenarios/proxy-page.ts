import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const proxyPage: Scenario = {
  name: 'proxy-page',
  title: 'A proxy answers in the place of S3',
  symptom: 'A tool says that the listing is empty or broken, from one network only.',
  reason:
    'A proxy or captive portal answers with a page of its own. An answer of AWS’s has a request id, this one has none.',
  sources: [{ fault: 'B4' }, { page: 'https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html' }],
  world: { roles: [standardRole()], buckets: [standardBucket()], faults: ['answer=blocked,s3:ListObjectsV2'] },
  verify: ROLE_WAY,
  expected: {
    exitCode: 3,
    checks: [{ id: 'list-bucket', result: 'error', rule: 'proxy', layer: 'network', evidence: 'inferred' }],
  },
  onlyInSandbox: 'It is a fault, which the sandbox is told to have.',
};
