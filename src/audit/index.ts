export type { AcceptedFinding } from '../model/audit.ts';
export { type AuditInput, audit } from './audit.ts';
export { auditExitCode } from './exit-code.ts';
export { expectationOf } from './expectation.ts';
export { auditRules } from './rules/index.ts';
export { type LiveTarget, readLive } from './sources/aws.ts';
export { readDocuments, writeDocuments } from './sources/saved.ts';
