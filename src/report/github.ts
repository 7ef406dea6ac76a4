import { type Finding, type LintReport, SEVERITIES } from '../model/finding.ts';
import type { Place } from '../model/place.ts';
import { githubCommand } from './github-command.ts';
import { fullMessage, summaryLine } from './reporter.ts';

/** How GitHub marks a severity. */
export const GITHUB_LEVELS = { error: 'error', security: 'error', warning: 'warning', suggestion: 'notice' } as const;

/**
 * Workflow commands that GitHub shows beside the lines of a pull request, the worst first since it shows ten of a kind and step.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function githubReport(report: LintReport): string {
  const all = report.files.flatMap((file) => file.findings.map((finding) => ({ path: file.path, finding })));
  const sorted = all.sort((a, b) => rank(a.finding) - rank(b.finding));
  return [...sorted.map(({ path, finding }) => command(path, finding)), summaryLine(report), ''].join('\n');
}

function rank(finding: Finding): number {
  return SEVERITIES.indexOf(finding.severity);
}

function command(path: string, finding: Finding): string {
  const { ruleId, severity } = finding;
  const properties = { ...githubPlace({ path, ...finding }), title: ruleId };
  return githubCommand(GITHUB_LEVELS[severity], properties, fullMessage(finding));
}

/** Where an annotation stands. */
export function githubPlace({
  path,
  line,
  column,
  endLine,
  endColumn,
}: Place): Readonly<Record<string, string | number>> {
  // GitHub wants columns only where the finding stays on one line.
  const columns = line === endLine ? { col: column, endColumn } : {};
  return { file: path, line, endLine, ...columns };
}
