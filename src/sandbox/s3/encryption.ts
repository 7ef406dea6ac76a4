import { parseArn } from '../../model/arn.ts';
import type { BucketCall } from './call.ts';
import { accessDenied, invalidArgument, s3Error } from './errors.ts';
import type { Encryption } from './store/types.ts';

const KMS_ALGORITHMS = new Set(['aws:kms', 'aws:kms:dsse']);

/** The full ARN of a key that a client names by ARN, by id, or not at all (then the AWS managed key of the account). */
export function keyArnOf(call: BucketCall, name: string | undefined, account: string): string {
  const { partition, bucket, store } = call;
  if (name === undefined || name === 'alias/aws/s3') return store.kms.managed(bucket.region, account);
  if (/^(?:mrk-)?[0-9a-f-]{32,36}$/.test(name)) return `arn:${partition}:kms:${bucket.region}:${account}:key/${name}`;
  const arn = parseArn(name);
  if (name.startsWith('alias/') || (arn?.service === 'kms' && arn.resource.startsWith('alias/'))) {
    const alias = arn === undefined ? `arn:${partition}:kms:${bucket.region}:${account}:${name}` : name;
    const target = store.kms.aliases.get(alias)?.target;
    if (target === undefined) throw s3Error('KMS.NotFoundException', 400, `Alias ${alias} is not found.`);
    return target;
  }
  if (arn?.service !== 'kms' || !/^\d{12}$/.test(arn.account) || !/^key\/[A-Za-z0-9-]+$/.test(arn.resource)) {
    throw s3Error('KMS.NotFoundException', 400, `Invalid keyId ${name}`);
  }
  if (arn.region !== bucket.region) throw s3Error('KMS.NotFoundException', 400, `Invalid arn ${arn.region}`);
  return name;
}

/**
 * How a new object will be encrypted: by the request's headers, else by the bucket's default.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-bucket-encryption.html
 */
export function requestedEncryption(call: BucketCall): Encryption {
  const { headers } = call.request;
  if (headers['x-amz-server-side-encryption-customer-algorithm'] !== undefined) {
    // New general purpose buckets block SSE-C; the sandbox has no other ones.
    throw accessDenied(
      'Access denied because this bucket has blocked upload requests that specify Server Side Encryption with Customer provided keys (SSE-C). Please specify a different server-side encryption type',
    );
  }
  const algorithm = headers['x-amz-server-side-encryption'];
  const keyName = headers['x-amz-server-side-encryption-aws-kms-key-id'];
  if (algorithm === undefined) {
    if (keyName !== undefined) {
      throw invalidArgument(
        'The request must contain a header x-amz-server-side-encryption with a value of aws:kms',
        'x-amz-server-side-encryption',
      );
    }
    const { encryption } = call.bucket;
    if (encryption.algorithm === 'AES256' || encryption.keyArn !== undefined) return encryption;
    return { ...encryption, keyArn: keyArnOf(call, undefined, call.bucket.account) };
  }
  if (algorithm === 'AES256') {
    if (keyName !== undefined) {
      throw invalidArgument(
        'The SSE-KMS key id is not applicable with AES256',
        'x-amz-server-side-encryption-aws-kms-key-id',
        keyName,
      );
    }
    return { algorithm };
  }
  if (!KMS_ALGORITHMS.has(algorithm)) {
    throw invalidArgument(
      'The encryption method specified is not supported',
      'x-amz-server-side-encryption',
      algorithm,
    );
  }
  const context = headers['x-amz-server-side-encryption-context'];
  const bucketKey = headers['x-amz-server-side-encryption-bucket-key-enabled'];
  const usesBucketKey = bucketKey === undefined ? call.bucket.encryption.bucketKey === true : bucketKey === 'true';
  return {
    algorithm: algorithm as Encryption['algorithm'],
    keyArn: keyArnOf(call, keyName, call.bucket.account),
    ...(usesBucketKey ? { bucketKey: true } : {}),
    ...(context === undefined ? {} : { context }),
  };
}

/** The headers that tell how an object is encrypted. */
export function encryptionHeaders(encryption: Encryption): Record<string, string> {
  return {
    'x-amz-server-side-encryption': encryption.algorithm,
    ...(encryption.keyArn === undefined ? {} : { 'x-amz-server-side-encryption-aws-kms-key-id': encryption.keyArn }),
    ...(encryption.bucketKey === true ? { 'x-amz-server-side-encryption-bucket-key-enabled': 'true' } : {}),
    ...(encryption.context === undefined ? {} : { 'x-amz-server-side-encryption-context': encryption.context }),
  };
}
