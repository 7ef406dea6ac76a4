import { type Finding, type LintReport, SEVERITIES } from '../model/finding.ts';
import { githubCommand } from './github-command.ts';
import { fullMessage, summaryLine } from './reporter.ts';

const COMMANDS = { error: 'error', security: 'error', warning: 'warning', suggestion: 'notice' } as const;

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
  const { line, column, endLine, endColumn, ruleId, severity } = finding;
  // GitHub wants columns only where the finding stays on one line.
  const columns = line === endLine ? { col: column, endColumn } : {};
  const properties = { file: path, line, endLine, ...columns, title: ruleId };
  return githubCommand(COMMANDS[severity], properties, fullMessage(finding));
}
