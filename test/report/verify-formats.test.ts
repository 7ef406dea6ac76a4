import MarkdownIt from 'markdown-it';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import type { Check, VerifyReport } from '../../src/model/check.ts';
import { hideIdentifiers } from '../../src/report/hide.ts';
import { markdownBlock, markdownCode, markdownTable, markdownText } from '../../src/report/markdown.ts';
import { verifyBundle } from '../../src/report/verify-bundle.ts';
import { verifyReporters } from '../../src/report/verify-formats.ts';

const hostile =
  '"><script>alert(1)</script>|`x``y`\u202E\u001B]8;;x\u0007 ]]> &amp; %0A::error::x,\r\n# [a](javascript:x) *b* ~~~';

const check = (changes: Partial<Check>): Check => ({
  id: 'put-object',
  action: 's3:PutObject',
  resource: 'arn:aws:s3:::b/.channelmix-verify/*',
  expect: 'allow',
  result: 'allow',
  ok: true,
  ms: 41,
  attempts: 1,
  ...changes,
});

const refused = check({
  id: 'get-object',
  action: 's3:GetObject',
  result: 'deny',
  ok: false,
  error: {
    code: 'AccessDenied',
    message: `User: arn:aws:sts::111122223333:assumed-role/r/AROAIOSFODNN7EXAMPLE ${hostile}`,
    requestId: 'R1',
  },
  diagnosis: {
    layer: 'identity',
    evidence: 'aws',
    cause: hostile,
    fix: 'Allow it for 444455556666.',
    remedy: {
      policy: 'bucket',
      statement: {
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::111122223333:role/r' },
        Action: 's3:GetObject',
        Resource: 'arn:aws:s3:::b/*',
      },
    },
  },
});

const report: VerifyReport = {
  schemaVersion: 1,
  command: 'verify',
  mode: 'channelmix',
  date: '2026-11-25T08:00:00.000Z',
  roleArn: 'arn:aws:iam::111122223333:role/r',
  bucket: 'b',
  caller: { arn: 'arn:aws:iam::031871504755:user/support', account: '031871504755' },
  bucketOwner: 'same-account',
  ok: false,
  interrupted: false,
  ms: 4_210,
  notes: [hostile],
  checks: [
    check({}),
    refused,
    check({ id: 'head-object', result: 'error', ok: false, error: { code: 'SlowDown', message: 'later' } }),
    check({ id: 'delete-object', result: 'skipped', ok: false, note: 'needs put-object' }),
  ],
  remedies: [],
  cleanup: {
    created: 1,
    removed: 0,
    left: [
      {
        kind: 'object',
        what: 'object s3://b/x',
        command: 'aws s3api delete-object --bucket b --key x',
        reason: 'refused',
      },
    ],
  },
};
const about = { versions: ['channelmix-s3 0.1.0'], keepAccounts: false };

describe('the bundle', () => {
  const text = verifyBundle(report, about);

  it('shows no account number and no unique id, but which is which', () => {
    expect(text).not.toMatch(/111122223333|444455556666|AROAIOSFODNN7EXAMPLE/);
    expect(text).toContain('arn:aws:iam::ACCOUNT-1:role/r');
    expect(text).toContain('ACCOUNT\\-2');
    expect(text).toContain('031871504755');
  });

  it('shows account numbers when asked', () => {
    expect(verifyBundle(report, { ...about, keepAccounts: true })).toContain('111122223333');
  });

  it('has answers, request ids, what mends it, what is left, and versions', () => {
    for (const part of [
      'AccessDenied',
      'R1',
      '"Action": "s3:GetObject"',
      'delete-object --bucket b',
      'channelmix-s3',
    ]) {
      expect(text.replaceAll('\\', '')).toContain(part);
    }
    expect(text).toMatch(/^# ChannelMix access to `b`: does not work\n/);
  });

  it('says in its title what is known', () => {
    const title = (changes: Partial<VerifyReport>) => verifyBundle({ ...report, ...changes }, about).split('\n')[0];
    expect(title({ ok: true })).toContain(': works');
    expect(title({ ok: true, expect: 'revoked' })).toContain(': revoked');
    expect(title({ expect: 'revoked' })).toContain(': not revoked');
    expect(title({ interrupted: true })).toContain(': interrupted');
    expect(title({ checks: [check({ result: 'error', ok: false })] })).toContain('could not be found out');
  });

  it('stays Markdown of ours, whatever a name or an answer holds', () => {
    const html = new MarkdownIt({ html: true, linkify: true }).render(text);
    expect(html).not.toMatch(/<script|<a |<em>|<h1>[^C]/);
    expect(html.match(/<h1>/g)).toHaveLength(1);
    // Head and rows of two tables: facts and checks.
    expect(html.match(/<tr>/g)).toHaveLength(1 + 6 + 1 + 4);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202E]/u);
  });
});

describe('markdown', () => {
  const render = (text: string) => new MarkdownIt({ html: true }).render(text);
  it.each(['a`b', '``', '`a', 'x|y', '<b>', 'a  b', '*x*'])('code spans show %j as it is', (text) => {
    const html = render(markdownTable(['h'], [[markdownCode(text)]]));
    const shown = text.replaceAll(/\s+/g, ' ').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    expect(html).toContain(`<code>${shown}</code>`);
  });
  it.each(['# a', '1. a', '*a*', '<b>x</b>', '[a](b)', '![a](b)', 'a|b', '~~a~~', '\\', '&amp;', '$a$', 'www.a.com'])(
    'prose shows %j as it is',
    (text) => {
      const html = render(`x ${markdownText(text)}`);
      const shown = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
      expect(html).toBe(`<p>x ${shown}</p>\n`);
    },
  );
  it('blocks end where they end', () => {
    expect(render(markdownBlock('```\n# x\n````', 'sh'))).toBe(
      '<pre><code class="language-sh">```\n# x\n````\n</code></pre>\n',
    );
  });
});

it('junit has a case a check, and counts failures, errors and what is left', () => {
  const elements: { name: string; attributes: Record<string, string> }[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) =>
    elements.push({ name, attributes: attributes as Record<string, string> }),
  );
  parser.write(verifyReporters.junit(report)).close();
  expect(elements[1]?.attributes).toMatchObject({ tests: '5', failures: '1', errors: '2', skipped: '1' });
  expect(elements.filter(({ name }) => name === 'testcase')).toHaveLength(5);
  expect(elements.filter(({ name }) => name === 'failure')).toHaveLength(1);
});

it('github has one command a line, and nothing in it can begin another', () => {
  const lines = verifyReporters.github(report).trimEnd().split('\n');
  expect(lines).toHaveLength(4);
  expect(lines[0]).toMatch(
    /^::error title=get-object%3A s3%3AGetObject::identity: .* Fix: Allow it for 444455556666\.$/,
  );
  expect(lines[1]).toMatch(/^::warning title=head-object/);
  expect(lines[2]).toMatch(/^::warning title=left behind::object s3:\/\/b\/x/);
});

it('github tells the folders of a grant apart', () => {
  const inFolder = { ...report, checks: [{ ...refused, prefix: 'A/' }] };
  expect(verifyReporters.github(inFolder)).toMatch(/^::error title=get-object%3A s3%3AGetObject in A\/::/);
});

it('hides ids wherever they stand, in keys of objects, too', () => {
  expect(hideIdentifiers({ 'arn:aws:iam::999900001111:x': ['AKIAIOSFODNN7EXAMPLE', 5, null] }, false)).toEqual({
    'arn:aws:iam::ACCOUNT-1:x': ['AKIA...', 5, null],
  });
  const role = 'arn:aws:iam::111122223333:role/r';
  const requestId = '00000000-0000-0000-0000-111122223333';
  expect(
    hideIdentifiers({ bucket: 'acme111122223333data', role, id: 'ANPAIOSFODNN7EXAMPLE', requestId }, false),
  ).toEqual({ bucket: 'acmeACCOUNT-1data', role: 'arn:aws:iam::ACCOUNT-1:role/r', id: 'ANPA...', requestId });
});
