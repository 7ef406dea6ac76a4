import type { FileFindings, Finding, LintReport } from '../model/finding.ts';
import { printable } from '../model/printable.ts';
import { summaryLine } from './reporter.ts';

/** Marks text for a terminal. */
export type TextStyle = (format: 'green' | 'red' | 'yellow' | 'dim' | 'bold', text: string) => string;

/** Marks nothing. */
export const PLAIN: TextStyle = (_format, text) => text;

/** What marks a severity. */
export const SEVERITY_COLORS = { error: 'red', security: 'red', warning: 'yellow', suggestion: 'dim' } as const;

/** For people: a line a finding (`path:line:column: severity: message [rule]`), its fix and page below, and the sum at the end. */
export function textReport(report: LintReport, style: TextStyle = PLAIN): string {
  const lines = report.files.flatMap((file) => fileLines(file, style));
  const fixable = report.files.flatMap((file) => file.findings).filter((finding) => finding.fix !== undefined).length;
  const hint = fixable === 0 ? '' : `; ${fixable} can be mended with --fix`;
  const sum = summaryLine(report);
  const bad = report.summary.error + report.summary.security > 0;
  return `${[...lines, style(bad ? 'red' : 'green', `${sum}${hint}`)].join('\n')}\n`;
}

function fileLines(file: FileFindings, style: TextStyle): readonly string[] {
  return file.findings.flatMap((finding) => findingLines(printable(file.path), finding, style));
}

function findingLines(path: string, finding: Finding, style: TextStyle): readonly string[] {
  const { line, column, severity, message, ruleId, fix, docs } = finding;
  const place = style('bold', `${path}:${line}:${column}:`);
  return [
    `${place} ${style(SEVERITY_COLORS[severity], `${severity}:`)} ${printable(message)} ${style('dim', `[${ruleId}]`)}`,
    ...(fix === undefined ? [] : [`    fix: ${printable(fix.explanation)}`]),
    ...(fix?.meant === undefined ? [] : [`    then allowed, as was meant: ${printable(fix.meant)}`]),
    style('dim', `    see: ${docs}`),
  ];
}
