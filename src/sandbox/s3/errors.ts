import { AwsError } from '../contract.ts';

/** The errors of S3, in AWS's words. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */

type Fields = Readonly<Record<string, string>>;

function error(code: string, status: number, message: string, fields: Fields = {}): AwsError {
  return new AwsError(code, status, message, { fields });
}

export const accessDenied = (message = 'Access Denied'): AwsError => error('AccessDenied', 403, message);

export const noSuchBucket = (bucket: string): AwsError =>
  error('NoSuchBucket', 404, 'The specified bucket does not exist', { BucketName: bucket });

export const noSuchKey = (key: string): AwsError =>
  error('NoSuchKey', 404, 'The specified key does not exist.', { Key: key });

export const noSuchVersion = (key: string, versionId: string): AwsError =>
  error('NoSuchVersion', 404, 'The specified version does not exist.', { Key: key, VersionId: versionId });

export const noSuchUpload = (uploadId: string): AwsError =>
  error(
    'NoSuchUpload',
    404,
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { UploadId: uploadId },
  );

export const invalidArgument = (message: string, name?: string, value?: string): AwsError =>
  error('InvalidArgument', 400, message, {
    ...(name === undefined ? {} : { ArgumentName: name }),
    ...(value === undefined ? {} : { ArgumentValue: value }),
  });

export const invalidRequest = (message: string): AwsError => error('InvalidRequest', 400, message);

export const malformedXml = (): AwsError =>
  error(
    'MalformedXML',
    400,
    'The XML you provided was not well-formed or did not validate against our published schema',
  );

export const malformedPolicy = (message: string, detail?: string): AwsError =>
  error('MalformedPolicy', 400, message, detail === undefined ? {} : { Detail: detail });

export const invalidTag = (message: string, fields: Fields = {}): AwsError => error('InvalidTag', 400, message, fields);

export const invalidUri = (): AwsError => error('InvalidURI', 400, "Couldn't parse the specified URI.");

export const preconditionFailed = (condition: string): AwsError =>
  error('PreconditionFailed', 412, 'At least one of the pre-conditions you specified did not hold', {
    Condition: condition,
  });

export const methodNotAllowed = (method: string, resourceType: string): AwsError =>
  error('MethodNotAllowed', 405, 'The specified method is not allowed against this resource.', {
    Method: method,
    ResourceType: resourceType,
  });

export const aclNotSupported = (): AwsError =>
  error('AccessControlListNotSupported', 400, 'The bucket does not allow ACLs');

/** Buckets made since June 2020 take no Signature Version 2. https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingAWSSDK.html#UsingAWSSDK-sig2-deprecation */
export const signatureVersion2 = (): AwsError =>
  invalidRequest('The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.');

/** A part of S3 that the sandbox does not have; `what` names it. */
export const notImplemented = (what: string): AwsError =>
  error('NotImplemented', 501, `The sandbox does not implement ${what}`, { Header: what });

export const s3Error = error;
