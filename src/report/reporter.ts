import type { Finding, LintReport, RuleDescription, Severity } from '../model/finding.ts';

/** What a reporter needs beside the findings. */
export interface About {
  readonly toolVersion: string;
  /** Version of the data about actions, resources and condition keys. */
  readonly dataVersion: string;
  /** Every rule that was asked. */
  readonly rules: readonly RuleDescription[];
  /** From which severity on a finding makes the answer "no". */
  readonly failOn: 'error' | 'warning' | 'suggestion';
}

/** From findings to the text of a format; pure. */
export type Reporter = (report: LintReport, about: About) => string;

/** Whether a finding of this severity makes the answer "no"; `security` counts as `error`. */
export function fails(severity: Severity, failOn: About['failOn']): boolean {
  if (severity === 'error' || severity === 'security') return true;
  return failOn === 'suggestion' || (failOn === 'warning' && severity === 'warning');
}

/** `2 errors, 1 warning in 1 file`. */
export function summaryLine(report: LintReport): string {
  const { error, security, warning, suggestion } = report.summary;
  const counts = [
    plural(error, 'error'),
    ...(security === 0 ? [] : [`${security} security`]),
    ...(warning === 0 ? [] : [plural(warning, 'warning')]),
    ...(suggestion === 0 ? [] : [plural(suggestion, 'suggestion')]),
  ];
  return `${counts.join(', ')} in ${plural(report.files.length, 'file')}`;
}

/** `1 file`, `2 files`. */
export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** The message and, where there is one, the fix in words. */
export function fullMessage(finding: Finding): string {
  return finding.fix === undefined ? finding.message : `${finding.message} Fix: ${finding.fix.explanation}.`;
}
