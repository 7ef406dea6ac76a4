export { type AccessTarget, readAccessDocuments } from './access-documents.ts';
export { type AccessKeyCalls, accessKeyCalls, type KeyOwner, type MadeKey } from './access-keys.ts';
export { type AuditTarget, readAuditDocuments } from './audit-documents.ts';
export { readObjectBody } from './body.ts';
export { CALL_LIMIT_MS, type CallResult, callAws } from './call.ts';
export {
  type AwsClients,
  type AwsConnector,
  type AwsCredentials,
  type AwsOptions,
  type Connect,
  createAwsClients,
  createAwsConnector,
  type S3,
  type STS,
} from './clients.ts';
export { normaliseError } from './errors.ts';
export { putWithoutChecksum } from './plain-put.ts';
export { askPolicySimulator } from './policy-simulator.ts';
export { type Caller, callerFrom, readCaller } from './read-caller.ts';
export { readUserOfKey } from './read-user-of-key.ts';
export { redact } from './redact.ts';
export { readBucketPolicy, readRoleDocuments } from './role-documents.ts';
export { watchServerClock } from './server-clock.ts';
