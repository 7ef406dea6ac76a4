import { grantPolicy, trustPolicy } from './documents.ts';
import type { Scenario } from './types.ts';

export const trustExternalId: Scenario = {
  name: 'trust-external-id',
  title: 'The trust policy demands an external ID',
  symptom: 'ChannelMix cannot assume the role: AccessDenied for sts:AssumeRole.',
  reason:
    '“Require external ID” was ticked when the role was made. ChannelMix sends none, so the condition never holds.',
  sources: [{ fieldNote: 7 }, { thread: 'PostHog/posthog#70484' }],
  world: {
    roles: [
      {
        name: 'channelmix_s3_access',
        trust: trustPolicy({ StringEquals: { 'sts:ExternalId': 'channelmix-42' } }),
        inline: { 'channelmix-s3': grantPolicy('client-reports') },
      },
    ],
    buckets: [{ name: 'client-reports' }],
  },
  verify: { roleArn: 'arn:aws:iam::111122223333:role/channelmix_s3_access', bucket: 'client-reports', wait: '1s' },
  expected: {
    exitCode: 1,
    checks: [
      {
        id: 'assume-role',
        result: 'deny',
        layer: 'trust',
        rule: 'assume-unnamed',
        evidence: 'inferred',
        cause: ['external ID'],
      },
    ],
  },
};
