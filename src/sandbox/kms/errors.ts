import { AwsError } from '../contract.ts';
import type { KmsKey } from './store.ts';

/** KMS's errors. https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html and the pages of the operations. */
function error(code: string, message: string): AwsError {
  return new AwsError(code, 400, message);
}

export const notFound = (message: string): AwsError => error('NotFoundException', message);
export const noSuchKey = (arn: string): AwsError => notFound(`Key '${arn}' does not exist`);
export const invalidArn = (message: string): AwsError => error('InvalidArnException', message);
export const disabled = (key: KmsKey): AwsError => error('DisabledException', `${key.arn} is disabled.`);
export const invalidState = (message: string): AwsError => error('KMSInvalidStateException', message);
export const pendingDeletion = (key: KmsKey): AwsError => invalidState(`${key.arn} is pending deletion.`);
export const malformedPolicy = (message: string): AwsError => error('MalformedPolicyDocumentException', message);
export const alreadyExists = (message: string): AwsError => error('AlreadyExistsException', message);
export const unsupported = (message: string): AwsError => error('UnsupportedOperationException', message);
export const invalidMarker = (): AwsError => error('InvalidMarkerException', 'The marker is not valid.');
