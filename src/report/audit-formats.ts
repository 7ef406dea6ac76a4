import type { AuditReporter } from './audit-about.ts';
import { auditText } from './audit-text.ts';
import { safeJson } from './json.ts';

/** Formats of an audit's report. */
export const AUDIT_FORMATS = ['text', 'json'] as const;

export type AuditFormat = (typeof AUDIT_FORMATS)[number];

export const auditReporters: Readonly<Record<AuditFormat, AuditReporter>> = {
  text: auditText,
  json: (report) => `${safeJson(report)}\n`,
};
