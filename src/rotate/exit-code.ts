import { verifyExitCode } from '../verify/index.ts';
import type { RotateReport } from './types.ts';

/**
 * Exit code of a report (design, section 5): 4 when something was left behind, 0 when the step was taken (or would be), 1 when it was
 * not, 3 when the verify of the new key could not find out. An interrupted run's code is the signal's; that is the command line's to know.
 */
export function rotateExitCode({ left, verified = [], plan, done, objections }: RotateReport): 0 | 1 | 3 | 4 {
  const codes = verified.map(verifyExitCode);
  if (left.length > 0 || codes.includes(4)) return 4;
  if (done || (plan && objections.length === 0)) return 0;
  return codes.includes(3) && !codes.includes(1) ? 3 : 1;
}
