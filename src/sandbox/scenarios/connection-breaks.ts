import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const connectionBreaks: Scenario = {
  name: 'connection-breaks',
  title: 'The connection breaks',
  symptom: 'Single calls get no answer.',
  reason: 'A firewall or proxy closes the connection. It says nothing about permissions.',
  sources: [{ fault: 'B3' }, { page: 'https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html' }],
  world: { roles: [standardRole()], buckets: [standardBucket()], faults: ['drop=before,s3:GetObject'] },
  verify: ROLE_WAY,
  expected: {
    exitCode: 3,
    checks: [{ id: 'get-object', result: 'error', rule: 'network', layer: 'network', evidence: 'inferred' }],
  },
  onlyInSandbox: 'It is a fault, which the sandbox is told to have.',
};
