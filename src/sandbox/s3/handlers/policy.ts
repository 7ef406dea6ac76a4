import type { AwsResponse } from '../../contract.ts';
import { readBucketPolicy } from '../bucket-policy.ts';
import type { BucketCall } from '../call.ts';
import { accessDenied, methodNotAllowed, s3Error } from '../errors.ts';
import { publicAccessOf } from '../public-access.ts';
import { emptyAnswer, xmlAnswer } from '../xml-answer.ts';

function noSuchPolicy(bucket: string) {
  return s3Error('NoSuchBucketPolicy', 404, 'The bucket policy does not exist', { BucketName: bucket });
}

/** Throws 405 for callers of other accounts, whatever they may: a bucket policy is the owner's. API_PutBucketPolicy.html */
function refuseOtherAccounts(call: BucketCall): void {
  if (call.context.caller.account !== call.bucket.account) throw methodNotAllowed(call.request.method, 'BUCKETPOLICY');
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html */
export async function putBucketPolicy(call: BucketCall): Promise<AwsResponse> {
  refuseOtherAccounts(call);
  const { bucket, partition, environment, context } = call;
  const policy = readBucketPolicy(await call.request.body(), bucket.name, partition, environment.principals);
  if (policy.isPublic && publicAccessOf(call.store, bucket).blockPublicPolicy) {
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
    throw accessDenied(
      `User: ${context.caller.arn} is not authorized to perform: s3:PutBucketPolicy on resource: "arn:${partition}:s3:::${bucket.name}" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access`,
    );
  }
  bucket.policy = policy;
  return emptyAnswer(204);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html: the text as it was put, with ids in place of deleted principals. */
export function getBucketPolicy(call: BucketCall): AwsResponse {
  refuseOtherAccounts(call);
  const { bucket, environment } = call;
  const { policy } = bucket;
  if (policy === undefined) throw noSuchPolicy(bucket.name);
  const body = policy.namesPrincipals ? JSON.stringify(environment.principals.toShown(policy.stored)) : policy.text;
  return { status: 200, headers: { 'content-type': 'application/json' }, body };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html */
export function deleteBucketPolicy(call: BucketCall): AwsResponse {
  refuseOtherAccounts(call);
  call.bucket.policy = undefined;
  return emptyAnswer(204);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicyStatus.html */
export function getBucketPolicyStatus(call: BucketCall): AwsResponse {
  const { policy, name } = call.bucket;
  if (policy === undefined) throw noSuchPolicy(name);
  return xmlAnswer('PolicyStatus', { IsPublic: policy.isPublic });
}
