import type { Finding, LintReport, RuleDescription, Severity } from '../model/finding.ts';
import { fingerprint } from '../model/fingerprint.ts';
import type { Region } from '../model/place.ts';
import { safeJson } from './json.ts';
import type { About } from './reporter.ts';

/** SARIF's levels. */
export const SARIF_LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  security: 'error',
  warning: 'warning',
  suggestion: 'note',
};

/**
 * SARIF 2.1.0, as GitHub's code scanning reads it.
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 * https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support
 */
export function sarifReport(report: LintReport, about: About): string {
  const index = new Map(about.rules.map((rule, at) => [rule.id, at]));
  const results = report.files.flatMap((file) => file.findings.map((finding) => resultOf(file.path, finding, index)));
  const artifacts = report.files.map((file) => ({ location: { uri: uriOf(file.path) } }));
  return sarifLog(about, about.rules.map(descriptorOf), { artifacts, results });
}

/** A log of one run as text: what the kit is, its rules, and the rest of the run as SARIF has it. */
export function sarifLog(about: About, rules: readonly unknown[], rest: object): string {
  const driver = {
    name: 'channelmix-s3',
    version: about.toolVersion,
    properties: { iamDataVersion: about.dataVersion },
    rules,
  };
  const run = { tool: { driver }, columnKind: 'utf16CodeUnits', ...rest };
  const log = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] };
  return `${safeJson(log)}\n`;
}

/** What SARIF tells about a rule. */
export function descriptorOf(rule: RuleDescription): {
  readonly id: string;
  readonly properties: { readonly tags: readonly string[] };
} {
  const security = rule.severity === 'security';
  const descriptor = {
    id: rule.id,
    shortDescription: { text: rule.title },
    fullDescription: { text: rule.why },
    help: { text: `${rule.why}\n\n${rule.docs}`, markdown: `${rule.why}\n\n[Documentation](${rule.docs})` },
    helpUri: rule.docs,
    defaultConfiguration: { level: SARIF_LEVELS[rule.severity] },
    properties: { tags: security ? ['iam', 'security'] : ['iam'], ...(security ? { 'security-severity': '8.0' } : {}) },
  };
  return descriptor;
}

function resultOf(path: string, finding: Finding, index: ReadonlyMap<string, number>): unknown {
  const artifactLocation = { uri: uriOf(path) };
  const { pointer, ruleId } = finding;
  const rule = index.get(ruleId);
  return {
    ruleId,
    ...(rule === undefined ? {} : { ruleIndex: rule }),
    level: SARIF_LEVELS[finding.severity],
    message: { text: finding.message },
    locations: [
      {
        physicalLocation: { artifactLocation, region: sarifRegion(finding) },
        logicalLocations: [{ fullyQualifiedName: pointer === '' ? '/' : pointer, kind: 'element' }],
      },
    ],
    partialFingerprints: { 'channelmixFinding/v1': fingerprint(`${ruleId}\n${path}\n${pointer}\n${finding.message}`) },
    ...(finding.fix === undefined ? {} : { fixes: [fixOf(artifactLocation, finding.fix)] }),
  };
}

/** A stretch of text. */
export function sarifRegion({ line, column, endLine, endColumn }: Region): unknown {
  return { startLine: line, startColumn: column, endLine, endColumn };
}

function fixOf(artifactLocation: { readonly uri: string }, fix: NonNullable<Finding['fix']>): unknown {
  const replacements = fix.edits.map((edit) => ({
    deletedRegion: { charOffset: edit.start, charLength: edit.end - edit.start },
    insertedContent: { text: edit.text },
  }));
  return { description: { text: fix.explanation }, artifactChanges: [{ artifactLocation, replacements }] };
}

/** A path as a relative URI reference; a colon in its first segment would make it a scheme. */
export function uriOf(path: string): string {
  const encoded = path
    .replaceAll('\\', '/')
    .split('/')
    .map((segment) => encodeURIComponent(segment.replace(/\p{Surrogate}/gu, '\uFFFD')))
    .join('/');
  return path.startsWith('/') ? `file://${encoded}` : encoded;
}
