import type { AuditFinding, AuditReport } from '../model/audit.ts';
import type { AuditAbout } from './audit-about.ts';
import { openByRule, openFacts, openWords, placeWords, unreadWords } from './audit-words.ts';
import { groupBy } from './group-by.ts';
import { type JunitProblem, junitCase, junitDocument } from './junit.ts';
import { element, type Markup } from './markup.ts';
import { fails } from './reporter.ts';

/**
 * An audit as JUnit's XML: a case a rule. Findings from the limit on are a failure; a rule that could not judge is an error, and so is an
 * audit that is incomplete, so that half the facts never look green. Milder and accepted findings are in system-out.
 */
export function auditJunit(report: AuditReport, about: AuditAbout): string {
  const found = groupBy(report.findings, ({ ruleId }) => ruleId);
  const open = openByRule(report);
  const ids = new Set([...about.rules.map(({ id }) => id), ...found.keys(), ...open.keys()]);
  const cases = [...ids].map((id) => {
    const findings = found.get(id) ?? [];
    const bad = findings.filter((finding) => counts(finding, about));
    const mild = findings.filter((finding) => !counts(finding, about));
    const blind = (open.get(id) ?? []).map((fact) => `${fact.what}: ${unreadWords(fact)}`);
    return { id, bad, mild, blind };
  });
  const failures = cases.filter(({ bad }) => bad.length > 0).length;
  const errors =
    cases.filter(({ bad, blind }) => bad.length === 0 && blind.length > 0).length + (report.complete ? 0 : 1);
  const name = report.subject.arn;
  const numbers = { tests: cases.length + 1, failures, errors, skipped: 0 };
  const all = [...cases.map((one) => ruleCase(name, one)), completeCase(name, report)];
  const suite = element('testsuite', { name, ...numbers, timestamp: report.date }, all);
  return junitDocument({ name: 'channelmix-s3 audit', tests: numbers.tests, failures, errors }, [suite]);
}

function counts({ severity, accepted }: AuditFinding, { failOn }: AuditAbout): boolean {
  return accepted === undefined && fails(severity, failOn);
}

interface RuleCase {
  readonly id: string;
  readonly bad: readonly AuditFinding[];
  readonly mild: readonly AuditFinding[];
  readonly blind: readonly string[];
}

function ruleCase(classname: string, { id, bad, mild, blind }: RuleCase): Markup {
  const [first] = bad;
  const milder = mild.map(line);
  if (first !== undefined) {
    const problem = {
      name: 'failure',
      type: first.severity,
      message: first.message,
      text: bad.map(line).join('\n'),
    } as const;
    return junitCase(
      classname,
      id,
      problem,
      [...milder, ...blind.map((text) => `could not judge: ${text}`)].join('\n'),
    );
  }
  return junitCase(classname, id, unjudged('could not be judged', blind), milder.join('\n'));
}

/** A case of its own, which is red unless everything could be read. */
function completeCase(classname: string, report: AuditReport): Markup {
  const open = openFacts(report).map((fact) => `${fact.what}: ${unreadWords(fact)}`);
  const problem = report.complete ? undefined : unjudged('not everything could be read', [openWords(report), ...open]);
  return junitCase(classname, 'complete', problem, '');
}

function unjudged(message: string, why: readonly string[]): JunitProblem | undefined {
  return why.length === 0 ? undefined : { name: 'error', type: 'unjudged', message, text: why.join('\n') };
}

function line(finding: AuditFinding): string {
  const { severity, message, fix, about, docs, accepted } = finding;
  const where = placeWords(finding);
  const why =
    accepted === undefined ? '' : `\n  accepted: ${accepted.reason} (${accepted.owner}, until ${accepted.expires})`;
  return `${severity}: ${message}\n  of: ${about}${where === '' ? '' : `\n  where: ${where}`}\n  fix: ${fix}\n  see: ${docs}${why}`;
}
