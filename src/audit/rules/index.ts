import type { AuditRule } from '../types.ts';

/** Every rule, in the order of the questions. */
export const auditRules: readonly AuditRule[] = [];
