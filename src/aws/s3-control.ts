import { wantsPathStyle } from './endpoint.ts';

/**
 * What a client of S3 Control needs beside the settings of the others. Its requests go to a host with the account in front, which an address
 * or this machine does not have: there the header that names the account, too, has to do.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetPublicAccessBlock.html
 */
export function s3ControlEndpoint(endpointUrl: string | undefined) {
  const url = endpointUrl ?? (process.env.AWS_ENDPOINT_URL_S3_CONTROL || process.env.AWS_ENDPOINT_URL || undefined);
  if (url === undefined || !wantsPathStyle(url)) return {};
  return { endpointProvider: () => ({ url: new URL(url) }), disableHostPrefix: true };
}
