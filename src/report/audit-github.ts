import type { AuditFinding, AuditReport } from '../model/audit.ts';
import { SEVERITIES } from '../model/finding.ts';
import { printable } from '../model/printable.ts';
import { auditSentence, countedFindings, openFacts, placeWords, unreadWords } from './audit-words.ts';
import { GITHUB_LEVELS, githubPlace } from './github.ts';
import { githubCommand } from './github-command.ts';

/**
 * Workflow commands that GitHub shows as annotations, the worst first since it shows ten of a kind and step; what could not be judged comes
 * before what should be mended. Accepted findings have none.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function auditGithub(report: AuditReport): string {
  const findings = [...countedFindings(report)].sort((a, b) => rank(a) - rank(b));
  const isBad = ({ severity }: AuditFinding) => GITHUB_LEVELS[severity] === 'error';
  const lines = [
    ...findings.filter(isBad).map(command),
    ...openFacts(report).map((fact) =>
      githubCommand(
        'warning',
        { title: 'could not be judged' },
        `${fact.what}: ${unreadWords(fact)}. Undecided because of it: ${fact.rules.join(', ')}`,
      ),
    ),
    ...findings.filter((finding) => !isBad(finding)).map(command),
    printable(auditSentence(report)),
  ];
  return `${lines.join('\n')}\n`;
}

function rank({ severity }: AuditFinding): number {
  return SEVERITIES.indexOf(severity);
}

function command(finding: AuditFinding): string {
  const { ruleId, severity, message, fix, about, place } = finding;
  const where = placeWords(finding);
  const text = `${message} Fix: ${fix} (${about}${where === '' ? '' : `, ${where}`})`;
  return githubCommand(
    GITHUB_LEVELS[severity],
    { ...(place === undefined ? {} : githubPlace(place)), title: ruleId },
    text,
  );
}
