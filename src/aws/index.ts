export { readObjectBody } from './body.ts';
export { CALL_LIMIT_MS, type CallResult, callAws } from './call.ts';
export {
  type AwsClients,
  type AwsConnector,
  type AwsCredentials,
  type AwsOptions,
  createAwsClients,
  createAwsConnector,
  DEFAULT_REGION,
  type IAM,
  type S3,
  type STS,
} from './clients.ts';
export { normaliseError } from './errors.ts';
export { redact } from './redact.ts';
