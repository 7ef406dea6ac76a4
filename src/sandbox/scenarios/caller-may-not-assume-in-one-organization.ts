import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const callerMayNotAssumeInOneOrganization: Scenario = {
  name: 'caller-may-not-assume-in-one-organization',
  title: 'ChannelMix’s own credentials, in one organization',
  symptom: 'Every role is refused, and STS says why.',
  reason:
    'As in caller-may-not-assume, but both accounts are in one AWS organization (a test set-up): then STS names the layer.',
  sources: [{ page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html' }],
  world: {
    roles: [standardRole()],
    buckets: [standardBucket()],
    users: [{ account: '031871504755', name: 'support' }],
    organization: { id: 'o-exampleorgid', members: { '111122223333': {}, '031871504755': {} } },
  },
  verify: { ...ROLE_WAY, caller: { account: '031871504755', user: 'support' } },
  expected: {
    exitCode: 1,
    checks: [
      {
        id: 'assume-role',
        result: 'deny',
        rule: 'assume-caller',
        layer: 'identity',
        evidence: 'aws',
        cause: ["not the client's to mend"],
      },
    ],
  },
  onlyInSandbox: 'LocalEmu has no policies of organizations that bind.',
};
