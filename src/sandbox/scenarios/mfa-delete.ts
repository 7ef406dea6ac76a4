import { grantPolicy, policy } from './documents.ts';
import { BUCKET, OBJECTS_ARN, ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const mfaDelete: Scenario = {
  name: 'mfa-delete',
  title: 'Only the root user may remove versions (MFA delete)',
  symptom: 'Nothing can be removed for good, whatever the policies say.',
  reason:
    'The bucket has MFA delete: versions are removed by the root user of its owner, with a code of its device. The probe leaves versions and a delete marker, although the role may remove them by its policy.',
  sources: [
    { fault: 'C2' },
    { page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiFactorAuthenticationDelete.html' },
  ],
  world: {
    roles: [
      standardRole({
        inline: {
          'channelmix-s3': grantPolicy(BUCKET),
          versions: policy({ Effect: 'Allow', Action: 's3:DeleteObjectVersion', Resource: OBJECTS_ARN }),
        },
      }),
    ],
    buckets: [standardBucket({ versioning: 'Enabled', mfaDelete: true })],
  },
  verify: ROLE_WAY,
  expected: { exitCode: 4, checks: [], left: 2 },
  who: 'The root user of the owner of the bucket: nobody else may remove what stays behind, and the commands ask for a code of its MFA device (--mfa).',
  onlyInSandbox: 'The test on LocalEmu has no device of a root user to switch MFA delete on with.',
};
