export { type AcceptedFinding, type AuditInput, audit } from './audit.ts';
export { expectationOf } from './expectation.ts';
export { auditRules } from './rules/index.ts';
