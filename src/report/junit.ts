import type { FileFindings, Finding, LintReport } from '../model/finding.ts';
import { groupBy } from './group-by.ts';
import { element, type Markup, markupText } from './markup.ts';
import { type About, fails, fullMessage } from './reporter.ts';

/** JUnit's XML: a suite a file, a case a rule, so that a build shows what passed, too. Findings below the limit are in system-out. */
export function junitReport(report: LintReport, about: About): string {
  const suites = report.files.map((file) => suite(file, about));
  const tests = suites.length * about.rules.length;
  const failures = report.files.reduce((sum, file) => sum + failedRules(file, about), 0);
  return junitDocument({ name: 'channelmix-s3 lint', tests, failures, errors: 0 }, suites);
}

/** The whole document. */
export function junitDocument(
  attributes: Readonly<Record<string, string | number>>,
  suites: readonly Markup[],
): string {
  const root = element('testsuites', attributes, suites);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${markupText(root, 'xml')}\n`;
}

/** What makes a case red: a wrong answer, or none. */
export interface JunitProblem {
  readonly name: 'failure' | 'error';
  readonly type: string;
  readonly message: string;
  readonly text: string;
}

/** A case, red where it has a problem; what else there is to say goes to system-out. */
export function junitCase(classname: string, name: string, problem: JunitProblem | undefined, output: string): Markup {
  return element('testcase', { classname, name }, [
    ...(problem === undefined
      ? []
      : [element(problem.name, { type: problem.type, message: problem.message }, [problem.text])]),
    ...(output === '' ? [] : [element('system-out', {}, [output])]),
  ]);
}

function failedRules(file: FileFindings, about: About): number {
  return new Set(file.findings.filter((finding) => fails(finding.severity, about.failOn)).map(({ ruleId }) => ruleId))
    .size;
}

function suite(file: FileFindings, about: About): Markup {
  const failures = failedRules(file, about);
  const counts = { tests: about.rules.length, failures, errors: 0, skipped: 0 };
  const byRule = groupBy(file.findings, ({ ruleId }) => ruleId);
  const cases = about.rules.map((rule) => testCase(file.path, rule.id, byRule.get(rule.id) ?? [], about));
  return element('testsuite', { name: file.path, ...counts }, cases);
}

function testCase(path: string, ruleId: string, findings: readonly Finding[], about: About): Markup {
  const bad = findings.filter((finding) => fails(finding.severity, about.failOn));
  const mild = findings.filter((finding) => !fails(finding.severity, about.failOn));
  const [first] = bad;
  const problem =
    first === undefined
      ? undefined
      : ({ name: 'failure', type: first.severity, message: first.message, text: lines(path, bad) } as const);
  return junitCase(path, ruleId, problem, lines(path, mild));
}

function lines(path: string, findings: readonly Finding[]): string {
  return findings
    .map(
      (finding) =>
        `${path}:${finding.line}:${finding.column}: ${finding.severity}: ${fullMessage(finding)} ${finding.docs}`,
    )
    .join('\n');
}
