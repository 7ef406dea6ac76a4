import { AwsError } from '../contract.ts';
import type { ServiceCall } from './call.ts';
import type { Bucket } from './store/types.ts';

/** Operations that S3 answers from any region: path-style GetBucketLocation is how clients find a bucket's region. */
function answersAnywhere(call: ServiceCall): boolean {
  return call.operation === 'GetBucketLocation' && call.address.style === 'path';
}

/**
 * Throws when the client signed for another region than the bucket's. The endpoint of the sandbox stands for the endpoint of the
 * region that the client signed for. Path style, the client reached the wrong endpoint: 301 PermanentRedirect. Virtual-host style,
 * DNS led it to the bucket's own endpoint with a wrong signature: 400 AuthorizationHeaderMalformed.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingRouting.html
 */
export function redirectToRegion(call: ServiceCall, bucket: Bucket): void {
  const signed = call.request.signature?.region;
  if (signed === undefined || signed === bucket.region || answersAnywhere(call)) return;
  const headers = { 'x-amz-bucket-region': bucket.region };
  if (call.address.style === 'virtual-host') {
    throw new AwsError(
      'AuthorizationHeaderMalformed',
      400,
      `The authorization header is malformed; the region '${signed}' is wrong; expecting '${bucket.region}'`,
      { fields: { Region: bucket.region }, headers },
    );
  }
  throw new AwsError(
    'PermanentRedirect',
    301,
    'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
    { fields: { Endpoint: `${bucket.name}.s3.${bucket.region}.amazonaws.com`, Bucket: bucket.name }, headers },
  );
}
