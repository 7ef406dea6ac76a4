import type { VerifyReport } from '../model/check.ts';
import { githubVerifyReport } from './verify-github.ts';
import { junitVerifyReport } from './verify-junit.ts';

/** Formats of a verify's report for machines; text is `renderVerifyReport`. */
export const verifyReporters: Readonly<Record<'json' | 'junit' | 'github', (report: VerifyReport) => string>> = {
  json: (report) => `${JSON.stringify(report, null, 2)}\n`,
  junit: junitVerifyReport,
  github: githubVerifyReport,
};
