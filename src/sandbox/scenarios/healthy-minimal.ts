import { grantPolicy, trustPolicy } from './documents.ts';
import type { Scenario } from './types.ts';

export const healthyMinimal: Scenario = {
  name: 'healthy-minimal',
  title: 'A minimal grant that works',
  symptom: 'Every check passes.',
  reason:
    'The role trusts ChannelMix and allows the four actions on the bucket, which is private and encrypted with SSE-S3.',
  sources: [{ page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/tutorial_cross-account-with-roles.html' }],
  world: {
    roles: [
      {
        name: 'channelmix_s3_access',
        trust: trustPolicy(),
        inline: { 'channelmix-s3': grantPolicy('client-reports') },
      },
    ],
    buckets: [
      {
        name: 'client-reports',
        objects: [{ key: 'Client123/Campaign-Report/sep_2024.csv', body: 'campaign,clicks\n' }],
      },
    ],
  },
  verify: { roleArn: 'arn:aws:iam::111122223333:role/channelmix_s3_access', bucket: 'client-reports' },
  expected: { exitCode: 0, checks: [] },
};
