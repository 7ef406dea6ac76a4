import type { VerifyReport } from '../model/check.ts';

/**
 * Exit code of a report (design, section 5): 4 when something was left behind, 1 when a check failed, 3 when one could not be answered,
 * 0 when all came out as expected. An interrupted run's code is the signal's; that is the command line's to know.
 */
export function verifyExitCode(report: VerifyReport): 0 | 1 | 3 | 4 {
  if (report.cleanup.left.length > 0) return 4;
  const unexpected = report.checks.filter((check) => !check.ok);
  if (unexpected.some(({ result }) => result === 'allow' || result === 'deny')) return 1;
  return unexpected.length > 0 || report.interrupted ? 3 : 0;
}
