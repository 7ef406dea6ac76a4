import type { AuditReporter } from './audit-about.ts';
import { auditAsff } from './audit-asff.ts';
import { auditGithub } from './audit-github.ts';
import { auditHtml } from './audit-html.ts';
import { auditJunit } from './audit-junit.ts';
import { auditSarif } from './audit-sarif.ts';
import { auditSvg } from './audit-svg.ts';
import { auditText } from './audit-text.ts';
import { safeJson } from './json.ts';

/** Formats of an audit's report. */
export const AUDIT_FORMATS = ['text', 'json', 'sarif', 'junit', 'github', 'html', 'svg', 'asff'] as const;

export type AuditFormat = (typeof AUDIT_FORMATS)[number];

export const auditReporters: Readonly<Record<AuditFormat, AuditReporter>> = {
  text: auditText,
  json: (report) => `${safeJson(report)}\n`,
  sarif: auditSarif,
  junit: auditJunit,
  github: auditGithub,
  html: auditHtml,
  svg: auditSvg,
  asff: auditAsff,
};
