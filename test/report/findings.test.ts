import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Finding, LintReport } from '../../src/model/finding.ts';
import { STYLE, STYLE_HASH } from '../../src/report/html.ts';
import { REPORT_FORMATS, reporters } from '../../src/report/index.ts';
import type { About } from '../../src/report/reporter.ts';
import { parseXml } from './parse-xml.ts';

const finding: Finding = {
  ruleId: 'trailing-colon',
  severity: 'error',
  message: 's3:PutObject: has a colon too many.',
  line: 3,
  column: 5,
  endLine: 3,
  endColumn: 20,
  pointer: '/Statement/0/Action',
  docs: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html',
  fix: { explanation: 'removes the colon', edits: [{ start: 30, end: 31, text: '' }] },
};
const rule = { id: 'trailing-colon', severity: 'error', title: 'T', why: 'W', docs: finding.docs } as const;
const about: About = {
  toolVersion: '1.0.0',
  dataVersion: '2.0.0',
  rules: [
    rule,
    { ...rule, id: 'public-principal', severity: 'security' },
    { ...rule, id: 'empty-array', severity: 'suggestion' },
  ],
  failOn: 'error',
};

function reportOf(path: string, findings: readonly Finding[]): LintReport {
  const summary = { error: 0, security: 0, warning: 0, suggestion: 0 };
  for (const { severity } of findings) summary[severity]++;
  return { schemaVersion: 1, command: 'lint', files: [{ path, findings }], summary };
}

const hostileText = '"><script>alert(1)</script>\u202E\u001B]8;;x\u0007 ]]> &amp; %0A::error::x,\r\n\uD800 \uFFFE';
const hostile = reportOf(`a:b,c/${hostileText}`, [{ ...finding, message: hostileText, pointer: `/${hostileText}` }]);
const plain = reportOf('dir/policy one.json', [finding, { ...finding, severity: 'suggestion', ruleId: 'empty-array' }]);

describe.each(REPORT_FORMATS)('%s', (format) => {
  it('shows no character that changes a terminal or the order of text', () => {
    const text = reporters[format](hostile, about);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/);
    expect(Buffer.from(text).toString()).toBe(text);
  });

  it('takes no finding, and many', () => {
    expect(reporters[format](reportOf('a.json', []), about)).toMatch(/\n$/);
    expect(reporters[format](plain, about)).toContain('trailing-colon');
  });
});

it('text has a line a finding, its fix and its page, and the sum', () => {
  expect(reporters.text(plain, about).split('\n')).toEqual([
    'dir/policy one.json:3:5: error: s3:PutObject: has a colon too many. [trailing-colon]',
    '    fix: removes the colon',
    `    see: ${finding.docs}`,
    'dir/policy one.json:3:5: suggestion: s3:PutObject: has a colon too many. [empty-array]',
    '    fix: removes the colon',
    `    see: ${finding.docs}`,
    '1 error, 1 suggestion in 1 file; 2 can be mended with --fix',
    '',
  ]);
});

it('json is the report', () => {
  expect(JSON.parse(reporters.json(plain, about))).toEqual(plain);
});

describe('sarif', () => {
  it('counts rules, levels and places as SARIF does, and names files by relative URI', () => {
    const { runs } = JSON.parse(reporters.sarif(plain, about));
    expect(runs[0].results.map(({ level, ruleIndex }: Record<string, unknown>) => [level, ruleIndex])).toEqual([
      ['error', 0],
      ['note', 2],
    ]);
    expect(runs[0].results[0].locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: 'dir/policy%20one.json' },
      region: { startLine: 3, startColumn: 5, endLine: 3, endColumn: 20 },
    });
    expect(runs[0].tool.driver.rules[1].properties['security-severity']).toBe('8.0');
  });

  it('tells findings apart by what they are, not by their line', () => {
    const moved = reportOf('dir/policy one.json', [{ ...finding, line: 9, endLine: 9 }]);
    const other = reportOf('dir/policy one.json', [{ ...finding, pointer: '/Statement/1/Action' }]);
    const [a, b, c] = [plain, moved, other].map(
      (report) => JSON.parse(reporters.sarif(report, about)).runs[0].results[0].partialFingerprints,
    );
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
  });
});

describe('junit', () => {
  it('is XML with a case a rule, whatever is in it', () => {
    const elements = parseXml(reporters.junit(hostile, about));
    expect(elements.map(({ name }) => name)).toEqual([
      'testsuites',
      'testsuite',
      'testcase',
      'failure',
      'testcase',
      'testcase',
    ]);
  });

  it('fails only from the limit on', () => {
    const [, suite] = parseXml(reporters.junit(plain, about));
    expect(suite?.attributes).toMatchObject({ tests: '3', failures: '1' });
    const [, strict] = parseXml(reporters.junit(plain, { ...about, failOn: 'suggestion' }));
    expect(strict?.attributes).toMatchObject({ tests: '3', failures: '2' });
  });
});

it('github has one command a line, and nothing in it can begin another', () => {
  const lines = reporters.github(hostile, about).trimEnd().split('\n');
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(
    /^::error file=a%3Ab%2Cc\/[^:,]*,line=3,endLine=3,col=5,endColumn=20,title=trailing-colon::/,
  );
});

describe('html', () => {
  it('runs no script, loads nothing, and makes no element of what it shows', () => {
    const text = reporters.html(hostile, about);
    expect(text).not.toMatch(/<script|<img|<iframe|javascript:/i);
    expect(text).toContain("default-src 'none'");
    expect(text.match(/<li /g)).toHaveLength(1);
    expect(text).not.toMatch(/ (src|on\w+)=/);
  });

  it('allows its own style by hash', () => {
    expect(STYLE_HASH).toBe(`sha256-${createHash('sha256').update(STYLE).digest('base64')}`);
    expect(reporters.html(plain, about)).toContain(`<style>${STYLE}</style>`);
  });
});
