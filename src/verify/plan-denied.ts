import { bucketArn, objectArn } from '../model/arn.ts';
import { PROBE_FOLDER } from '../model/constants.ts';
import type { Draft } from './plan.ts';
import { type PlannedCall, probeKey, s3Call, stsCall } from './planned-call.ts';
import type { VerifyTarget } from './target.ts';

/**
 * What the grant must not allow, by calls that do no harm where they succeed: reads, a part of an upload that does not exist, of which
 * S3 keeps nothing, and the deletion of a key that does not exist on the condition that it does. With full access everything in S3 is
 * allowed.
 */
export function deniedChecks(target: VerifyTarget): readonly Draft[] {
  const { partition, bucket, otherBucket } = target;
  const refuse = (action: string, resource: string, call: PlannedCall): Draft => ({
    id: `denied:${action}`,
    action,
    resource,
    expect: 'deny',
    calls: [call],
  });
  const third =
    target.thirdParty === true && target.roleArn !== undefined
      ? [refuse('sts:AssumeRole', target.roleArn, stsCall(target, 'AssumeRole', { as: 'third-party' }))]
      : [];
  if (target.access === 'full') return third;
  const config = (action: string, operation: string) =>
    refuse(action, bucketArn(partition, bucket), s3Call(target, operation));
  const closed = (name: string): readonly Draft[] => {
    const key = probeKey('');
    const object = objectArn(partition, name, `${PROBE_FOLDER}*`);
    const missing = { bucket: name, key };
    return [
      refuse('s3:ListBucket', bucketArn(partition, name), s3Call(target, 'ListObjectsV2', { bucket: name })),
      refuse('s3:GetObject', object, s3Call(target, 'GetObject', { ...missing, detail: 'a key that does not exist' })),
      refuse(
        's3:PutObject',
        object,
        s3Call(target, 'UploadPart', { ...missing, detail: 'of an upload that does not exist' }),
      ),
      refuse(
        's3:DeleteObject',
        object,
        s3Call(target, 'DeleteObject', { ...missing, detail: 'If-Match: *, of a key that does not exist' }),
      ),
    ];
  };
  return [
    refuse('s3:ListAllMyBuckets', '*', s3Call(target, 'ListBuckets')),
    config('s3:GetBucketPolicy', 'GetBucketPolicy'),
    config('s3:GetBucketAcl', 'GetBucketAcl'),
    config('s3:GetLifecycleConfiguration', 'GetBucketLifecycleConfiguration'),
    ...(target.prefixes.length === 0 ? [] : closed(bucket)),
    ...(otherBucket === undefined ? [] : closed(otherBucket)),
    ...third,
  ];
}
