import { describe, expect, it } from 'vitest';
import type { DocumentKind } from '../../src/documents/policy-source.ts';
import { lintText } from '../../src/lint/lint.ts';
import { rules } from '../../src/lint/rules/index.ts';
import type { Finding, LintReport } from '../../src/model/finding.ts';
import { reporters } from '../../src/report/index.ts';
import broken from '../peers/lint-broken.json' with { type: 'json' };
import { errorsOf } from './sarif-schema.ts';

function sarifOf(files: LintReport['files']): unknown {
  const summary = { error: 0, security: 0, warning: 0, suggestion: 0 };
  const report: LintReport = { schemaVersion: 1, command: 'lint', files, summary };
  const about = { toolVersion: '1.0.0', dataVersion: '2.0.0', rules, failOn: 'error' } as const;
  return JSON.parse(reporters.sarif(report, about));
}

const hostile: Finding = {
  ruleId: 'no-such-rule',
  severity: 'security',
  message: '<b>&\u0000\u001b[31m\u202e {0} [x](y) \ud800',
  line: 1,
  column: 1,
  endLine: 1,
  endColumn: 1,
  pointer: '/Statement/0/%20/~1\ud800',
  docs: 'https://docs.aws.amazon.com/',
  fix: { explanation: '{0}', edits: [{ start: 0, end: 0, text: '\ud800' }] },
};

describe('sarif, by the official schema', () => {
  it('is valid for every broken policy that other linters are asked about', () => {
    for (const { name, kind, text } of broken) {
      const findings = lintText(text, { path: `${name}.json`, kind: kind as DocumentKind });
      expect(findings.length, name).toBeGreaterThan(0);
      expect(errorsOf(sarifOf([{ path: `${name}.json`, findings }])), name).toEqual([]);
    }
  });

  it.each(rules.map((rule) => [rule.id, rule] as const))('is valid for the bad examples of %s', (id, rule) => {
    const files = rule.examples.bad.map(({ text, kind, options }, index) => {
      const path = `${id} ${index}.md`;
      const findings = lintText(text, {
        path,
        audience: rule.audience,
        ...options,
        ...(kind === undefined ? {} : { kind }),
      });
      return { path, findings };
    });
    expect(errorsOf(sarifOf(files))).toEqual([]);
  });

  it.each(['a b.json', 'c:\\d\\e:f.json', '/tmp/ä%.json', '../x#?.json', '-', 'a:b', '\ud800', 'stdin', ''])(
    'is valid for a file named %j and a hostile finding',
    (path) => {
      expect(errorsOf(sarifOf([{ path, findings: [hostile] }]))).toEqual([]);
    },
  );

  it('is refused when it is wrong', () => {
    const log = sarifOf([{ path: 'a', findings: [hostile] }]) as Record<string, unknown>;
    expect(errorsOf({ ...log, version: '2.0.0' })).not.toEqual([]);
    expect(errorsOf({ ...log, more: 1 })).not.toEqual([]);
    expect(errorsOf({ ...log, $schema: 'no uri' })).not.toEqual([]);
    expect(errorsOf({ ...log, runs: [{ results: [] }] })).not.toEqual([]);
  });
});
