import { githubReport } from './github.ts';
import { htmlReport } from './html.ts';
import { jsonReport } from './json.ts';
import { junitReport } from './junit.ts';
import type { Reporter } from './reporter.ts';
import { sarifReport } from './sarif.ts';
import { textReport } from './text.ts';

/** Formats of findings, for `lint` and whatever else finds. */
export const REPORT_FORMATS = ['text', 'json', 'sarif', 'junit', 'html', 'github'] as const;

export type ReportFormat = (typeof REPORT_FORMATS)[number];

export const reporters: Readonly<Record<ReportFormat, Reporter>> = {
  text: (report) => textReport(report),
  json: jsonReport,
  sarif: sarifReport,
  junit: junitReport,
  html: htmlReport,
  github: githubReport,
};
