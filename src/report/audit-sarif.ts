import type { AuditFinding, AuditReport, AuditRuleDescription, Unjudged } from '../model/audit.ts';
import type { Severity } from '../model/finding.ts';
import { fingerprint } from '../model/fingerprint.ts';
import type { AuditAbout } from './audit-about.ts';
import { openByRule, QUESTION_WORDS, unreadWords } from './audit-words.ts';
import { groupBy } from './group-by.ts';
import { descriptorOf, SARIF_LEVELS, sarifLog, sarifRegion, uriOf } from './sarif.ts';

/** How GitHub ranks alerts; a broken access is no danger, and has none. */
const SECURITY_SEVERITY: Readonly<Record<Severity, string | undefined>> = {
  error: undefined,
  security: '8.0',
  warning: '5.0',
  suggestion: '2.0',
};

/**
 * An audit as SARIF 2.1.0. A finding without a line in a file is at the file that the facts come from, or at a name made of its ARN, since
 * GitHub shows none without an artifact. What could not be judged is a notification, and for each rule a result of kind `open`. Accepted
 * findings are suppressed, which GitHub heeds only with its action `dismiss-alerts`; what is gone since a former audit is `absent`.
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 * https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support
 */
export function auditSarif(report: AuditReport, about: AuditAbout): string {
  const index = new Map(about.rules.map((rule, place) => [rule.id, place]));
  const withIndex = (ruleId: string) => ({ ruleId, ...(index.has(ruleId) ? { ruleIndex: index.get(ruleId) } : {}) });
  const appeared = report.trend === undefined ? undefined : new Set(report.trend.appeared);
  const stateOf = (id: string) =>
    appeared === undefined ? {} : { baselineState: appeared.has(id) ? 'new' : 'unchanged' };
  const results = [
    ...report.findings.map((finding) => ({
      ...withIndex(finding.ruleId),
      ...resultOf(finding, report),
      ...stateOf(finding.id),
    })),
    ...openResults(report).map(({ ruleId, ...result }) => ({
      ...withIndex(ruleId),
      ...result,
      ...(appeared === undefined ? {} : { baselineState: 'unchanged' }),
    })),
    ...(report.trend?.gone ?? []).map((finding) => ({
      ...withIndex(finding.ruleId),
      ...resultOf(finding, report),
      baselineState: 'absent',
    })),
  ];
  const uris = new Set([uriOfSubject(report), ...report.findings.flatMap(({ place }) => place?.path ?? []).map(uriOf)]);
  return sarifLog(about, about.rules.map(ruleOf), {
    taxonomies: taxonomiesOf(about.rules),
    invocations: [{ executionSuccessful: true, toolExecutionNotifications: report.unjudged.map(notificationOf) }],
    artifacts: [...uris].map((uri) => ({ location: { uri } })),
    results,
    properties: { complete: report.complete, subject: report.subject.arn, date: report.date },
  });
}

function ruleOf(rule: AuditRuleDescription): unknown {
  const { properties, ...descriptor } = descriptorOf(rule);
  const severity = SECURITY_SEVERITY[rule.severity];
  const tags = severity === undefined ? properties.tags : [...new Set([...properties.tags, 'security'])];
  return {
    ...descriptor,
    relationships: rule.controls.map((control) => ({ target: taxonOf(control), kinds: ['relevant'] })),
    properties: {
      tags: [...tags, rule.question],
      question: QUESTION_WORDS[rule.question],
      ...(severity === undefined ? {} : { 'security-severity': severity }),
    },
  };
}

/** `CIS AWS Foundations 3.0.0/1.14`: a benchmark and a number in it. */
function splitControl(control: string): readonly [string, string] {
  const cut = control.lastIndexOf('/');
  return cut < 0 ? ['other', control] : [control.slice(0, cut), control.slice(cut + 1)];
}

function taxonOf(control: string): unknown {
  const [name, id] = splitControl(control);
  return { id, toolComponent: { name } };
}

function taxonomiesOf(rules: readonly AuditRuleDescription[]): unknown {
  const controls = [...new Set(rules.flatMap((rule) => rule.controls))].map(splitControl);
  return [...groupBy(controls, ([name]) => name)].map(([name, own]) => ({ name, taxa: own.map(([, id]) => ({ id })) }));
}

function resultOf(finding: AuditFinding, report: AuditReport) {
  const { id, severity, message, fix, about, statement, place, controls, accepted } = finding;
  const policy = statement === undefined ? undefined : `${statement.policy}#${statement.sid || statement.index + 1}`;
  return {
    level: SARIF_LEVELS[severity],
    message: { text: fix === '' ? message : `${message}\n\nFix: ${fix}` },
    locations: [
      {
        physicalLocation:
          place === undefined
            ? { artifactLocation: { uri: uriOfSubject(report) }, region: { startLine: 1 } }
            : { artifactLocation: { uri: uriOf(place.path) }, region: sarifRegion(place) },
        logicalLocations: [
          { fullyQualifiedName: about, kind: 'resource' },
          ...(policy === undefined ? [] : [{ fullyQualifiedName: policy, kind: 'element' }]),
        ],
      },
    ],
    partialFingerprints: { 'channelmixFinding/v1': id },
    taxa: controls.map(taxonOf),
    suppressions:
      accepted === undefined
        ? []
        : [
            {
              kind: 'external',
              status: 'accepted',
              justification: accepted.reason,
              properties: { owner: accepted.owner, expires: accepted.expires },
            },
          ],
    properties: { severity, question: finding.question },
  };
}

/** A file that the facts come from; else a name made of the ARN, which looks like one. */
function uriOfSubject({ subject: { source, account, kind, name } }: AuditReport): string {
  return uriOf(source.path ?? `aws/${account}/${kind}/${name}`);
}

/** A rule that could not judge: "insufficient information to decide". SARIF 2.1.0, 3.27.9. */
function openResults(report: AuditReport) {
  return [...openByRule(report)].map(([ruleId, facts]) => ({
    ruleId,
    kind: 'open',
    level: 'none',
    message: {
      text: `Could not be judged: ${facts.map((fact) => `${fact.what}: ${unreadWords(fact)}`).join('; ')}`,
    },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: uriOfSubject(report) }, region: { startLine: 1 } },
        logicalLocations: [{ fullyQualifiedName: report.subject.arn, kind: 'resource' }],
      },
    ],
    partialFingerprints: { 'channelmixFinding/v1': fingerprint(`open\n${ruleId}\n${report.subject.arn}`) },
  }));
}

function notificationOf(fact: Unjudged): unknown {
  return {
    descriptor: { id: fact.kind },
    level: fact.open ? 'error' : 'note',
    message: { text: `${fact.what}: ${unreadWords(fact)}` },
    properties: { action: fact.action, rules: fact.rules, open: fact.open },
  };
}
