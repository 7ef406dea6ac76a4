import type { FileFindings, Finding, LintReport } from '../model/finding.ts';
import { groupBy } from './group-by.ts';
import { element, type Markup, markupText } from './markup.ts';
import { type About, fails, fullMessage } from './reporter.ts';

/** JUnit's XML: a suite a file, a case a rule, so that a build shows what passed, too. Findings below the limit are in system-out. */
export function junitReport(report: LintReport, about: About): string {
  const suites = report.files.map((file) => suite(file, about));
  const tests = suites.length * about.rules.length;
  const failures = report.files.reduce((sum, file) => sum + failedRules(file, about), 0);
  const root = element('testsuites', { name: 'channelmix-s3 lint', tests, failures, errors: 0 }, suites);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${markupText(root, 'xml')}\n`;
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
  return element('testcase', { classname: path, name: ruleId }, [
    ...(first === undefined
      ? []
      : [element('failure', { type: first.severity, message: first.message }, [lines(path, bad)])]),
    ...(mild.length === 0 ? [] : [element('system-out', {}, [lines(path, mild)])]),
  ]);
}

function lines(path: string, findings: readonly Finding[]): string {
  return findings
    .map(
      (finding) =>
        `${path}:${finding.line}:${finding.column}: ${finding.severity}: ${fullMessage(finding)} ${finding.docs}`,
    )
    .join('\n');
}
