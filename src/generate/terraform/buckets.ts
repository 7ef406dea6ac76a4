import { parseArn } from '../../model/arn.ts';
import type { BucketBlueprint, LifecycleRule } from '../blueprint.ts';
import { attributes, type Block, type BodyPart, block, checkovSkips, code, reference } from './hcl.ts';
import type { BucketNames } from './names.ts';
import { documentJson, policyDocument } from './policy-document.ts';
import { precondition } from './principal.ts';

/** A bucket with its settings. */
export function bucketParts(bucket: BucketBlueprint, names: BucketNames): readonly BodyPart[] {
  const label = names.labelOf(bucket.name);
  const setting = (type: string, ...body: readonly BodyPart[]): Block =>
    block('resource', [type, label], attributes({ bucket: reference('aws_s3_bucket', label, 'id') }), ...body);
  const policy = `${label}_tls_only`;
  return [
    bucketResource(bucket, names),
    block(
      'resource',
      ['aws_s3_bucket_public_access_block', label],
      attributes({
        bucket: reference('aws_s3_bucket', label, 'id'),
        block_public_acls: true,
        block_public_policy: true,
        ignore_public_acls: true,
        restrict_public_buckets: true,
      }),
    ),
    setting(
      'aws_s3_bucket_ownership_controls',
      block('rule', [], attributes({ object_ownership: 'BucketOwnerEnforced' })),
    ),
    setting('aws_s3_bucket_server_side_encryption_configuration', encryptionRule(bucket)),
    setting('aws_s3_bucket_versioning', block('versioning_configuration', [], attributes({ status: 'Enabled' }))),
    setting(
      'aws_s3_bucket_lifecycle_configuration',
      ...bucket.lifecycle.map(lifecycleRule),
      dependsOn('aws_s3_bucket_versioning', label),
    ),
    policyDocument(policy, bucket.policy, names.textOf),
    block(
      'resource',
      ['aws_s3_bucket_policy', label],
      attributes({ bucket: reference('aws_s3_bucket', label, 'id'), policy: documentJson(policy) }),
      // S3 answers OperationAborted when a policy and the public access block are set at the same time.
      dependsOn('aws_s3_bucket_public_access_block', label),
    ),
  ];
}

/** Checks of checkov that ask for what is the client's to decide, each with the reason why the file leaves it. */
function skips({ kmsKeyArn }: BucketBlueprint): readonly string[] {
  return [
    'CKV_AWS_18:Where access logs go is for the account to decide.',
    'CKV_AWS_144:Old versions are kept; another region is for the account to decide.',
    'CKV2_AWS_62:Nothing waits for events of this bucket.',
    ...(kmsKeyArn === undefined
      ? ['CKV_AWS_145:Encrypted by keys of S3; name a KMS key in the grant for one of yours.']
      : []),
  ];
}

function bucketResource(bucket: BucketBlueprint, { labelOf, nameOf }: BucketNames): Block {
  const region = parseArn(bucket.kmsKeyArn ?? '')?.region;
  const lifecycle: readonly BodyPart[] = [
    ...(bucket.protect ? [attributes({ prevent_destroy: true })] : []),
    ...(region === undefined
      ? []
      : [
          precondition(
            code`data.aws_region.channelmix.id == ${region}`,
            `The bucket's KMS key is in ${region}, and S3 encrypts with keys of the bucket's own region: set AWS_REGION to it.`,
          ),
        ]),
  ];
  return block(
    'resource',
    ['aws_s3_bucket', labelOf(bucket.name)],
    checkovSkips(...skips(bucket)),
    attributes({ bucket: nameOf(bucket.name), tags: reference('var.tags') }),
    ...(lifecycle.length === 0 ? [] : [block('lifecycle', [], ...lifecycle)]),
  );
}

function encryptionRule({ kmsKeyArn }: BucketBlueprint): Block {
  const apply = (values: Parameters<typeof attributes>[0]) =>
    block('apply_server_side_encryption_by_default', [], attributes(values));
  if (kmsKeyArn === undefined) return block('rule', [], apply({ sse_algorithm: 'AES256' }));
  return block(
    'rule',
    [],
    attributes({ bucket_key_enabled: true }),
    apply({ sse_algorithm: 'aws:kms', kms_master_key_id: kmsKeyArn }),
  );
}

function lifecycleRule({ id, abortUploadsAfterDays, keepOldVersionsDays }: LifecycleRule): Block {
  const uploads = { days_after_initiation: abortUploadsAfterDays };
  return block(
    'rule',
    [],
    attributes({ id, status: 'Enabled' }),
    block('filter', []),
    ...(abortUploadsAfterDays === undefined
      ? []
      : [block('abort_incomplete_multipart_upload', [], attributes(uploads))]),
    ...(keepOldVersionsDays === undefined
      ? []
      : [
          block('noncurrent_version_expiration', [], attributes({ noncurrent_days: keepOldVersionsDays })),
          block('expiration', [], attributes({ expired_object_delete_marker: true })),
        ]),
  );
}

function dependsOn(type: string, label: string): BodyPart {
  return attributes({ depends_on: [reference(type, label)] });
}
