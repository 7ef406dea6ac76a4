import { ROLE_WAY, standardBucket, standardRole } from './standard.ts';
import type { Scenario } from './types.ts';

export const versions: Scenario = {
  name: 'versions',
  title: 'The bucket keeps versions',
  symptom: 'Deleting the bucket later fails: BucketNotEmpty, you must delete all versions. Old versions cost money.',
  reason:
    'In a bucket with versions a delete only hides the object. The role may not remove versions, so the probe leaves one and a delete marker; the verifier lists both with the commands that remove them.',
  sources: [
    { fieldNote: 25 },
    { thread: 'pulumi/pulumi-aws#1132' },
    { thread: 'hashicorp/terraform-provider-aws#208' },
    { fault: 'C1' },
    { page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeletingObjectVersions.html' },
  ],
  world: { roles: [standardRole()], buckets: [standardBucket({ versioning: 'Enabled' })] },
  verify: ROLE_WAY,
  expected: { exitCode: 4, checks: [], left: 2 },
  who: 'The owner of the bucket may let the role remove the versions of its own probes, by the statement that is printed.',
  onlyInSandbox: 'LocalEmu lets the versions be deleted with s3:DeleteObject.',
};
