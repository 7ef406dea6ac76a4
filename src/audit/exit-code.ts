import type { AuditReport } from '../model/audit.ts';
import { fails } from '../report/reporter.ts';

/**
 * Exit code of an audit: 1 when a finding counts that is at least as bad as the limit, which nothing that is open could mend; 3 when
 * something is open; else 0.
 */
export function auditExitCode(
  { findings, complete }: Pick<AuditReport, 'findings' | 'complete'>,
  failOn: Parameters<typeof fails>[1],
): 0 | 1 | 3 {
  if (findings.some(({ severity, accepted }) => accepted === undefined && fails(severity, failOn))) return 1;
  return complete ? 0 : 3;
}
