import type { BucketCall } from './call.ts';
import { accessDenied } from './errors.ts';

/**
 * Throws AccessDenied without a code of the bucket owner's device, which its root user alone may use. Known difference: there are no devices,
 * so any code of six digits with a serial number of the account will do.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiFactorAuthenticationDelete.html
 */
export function demandMfa(call: BucketCall): void {
  const { bucket, context, partition, request } = call;
  const [serial = '', code = '', ...more] = (request.headers['x-amz-mfa'] ?? '').split(' ');
  const isOwn = serial.startsWith(`arn:${partition}:iam::${bucket.account}:mfa/`);
  const isRoot = context.caller.kind === 'root' && context.caller.account === bucket.account;
  if (isRoot && isOwn && /^\d{6}$/.test(code) && more.length === 0) return;
  throw accessDenied('Mfa Authentication must be used for this request');
}

/** The same, where the bucket demands it. */
export function demandMfaWhereSet(call: BucketCall): void {
  if (call.bucket.mfaDelete === 'Enabled') demandMfa(call);
}
