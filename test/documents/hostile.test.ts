import { describe, expect, it } from 'vitest';
import { MAX_BYTES, MAX_STATEMENTS, MAX_YAML } from '../../src/documents/limits.ts';
import { readPolicies } from '../../src/documents/read-policies.ts';
import { lintText } from '../../src/lint/lint.ts';

/** The longest text that a reader takes: a head, and one piece again and again. */
function full(piece: string, limit: number, head = ''): string {
  return head + piece.repeat(Math.floor((limit - head.length) / piece.length));
}

/** Of each reader the texts that once took seconds, or minutes; `npm run test:fuzz` reads many more. */
const HOSTILE: readonly (readonly [path: string, limit: number, head: string, pieces: readonly string[]])[] = [
  ['a.yaml', MAX_YAML, '', ['}', '""', '}\n{', '[}', '\n']],
  ['a.yaml', MAX_YAML, 'Statement:\n', ['{}', '=\n', '|\n', 'a: b\n']],
  ['a.json', MAX_BYTES, '{"Statement": [', ["'a", '{}', '[}']],
  ['a.tf', MAX_BYTES, '', ['<<EOF\n', 'p = jsonencode({\n']],
  ['a.md', MAX_BYTES, '', ['\n', '`', "{'"]],
  ['mail', MAX_BYTES, 'Subject: x\n', ['> {', '\t', '{//', '{/*']],
];

describe.each(HOSTILE)('%s of %i units that begins with %j', (path, limit, head, pieces) => {
  it.each(pieces.map((piece) => [piece]))('is read and linted in a second when it goes on with %j', (piece) => {
    expect(cpuMs(() => lintText(full(piece, limit, head), { path }))).toBeLessThan(1000);
  });
});

it.each([
  ['a number', '"NumericLessThan": {"s3:max-keys": "1…x"}'],
  ['colons', '"StringLike": {"s3:prefix": ":…x"}'],
])('a text of 1 MiB in a condition is looked at in a second: %s', (_name, condition) => {
  const [before = '', after = ''] = condition.split('…');
  const piece = before.slice(-1);
  const head = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": {${before}`;
  const text = `${full(piece, MAX_BYTES - 100, head)}${after}}}]}`;
  expect(cpuMs(() => lintText(text, { path: 'a.json' }))).toBeLessThan(1000);
});

/** CPU time: the machine may have other work. */
function cpuMs(run: () => unknown): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

describe('says what it left out', () => {
  const remarks = (text: string, path: string): readonly string[] =>
    readPolicies(text, { path }).flatMap((source) => source.remarks.map(({ code, detail }) => `${code}: ${detail}`));

  it('of YAML with more lines than the limit', () => {
    const text = `Statement:\n${'- a\n'.repeat(20_000)}`;
    expect(remarks(text, 'a.yaml').join()).toMatch(/^input-limit: of YAML at most .* and 20000 lines/);
    expect(remarks(text.replace('- a\n- a\n', ''), 'a.yaml').join()).not.toMatch(/input-limit/);
  });

  it('of YAML behind the thousandth mistake', () => {
    expect(remarks(`Statement: []${'}'.repeat(1_001)}\n`, 'a.yaml').at(-1)).toMatch(/from here on nothing is read/);
    expect(remarks(`Statement: []${'}'.repeat(1_000)}\n`, 'a.yaml').join()).not.toMatch(/from here on nothing is read/);
  });

  it('of a document with more statements than the limit, of which then nothing is said to be missing', () => {
    const text = `{"Version": "2012-10-17", "Statement": [${'{"Effect": "Deny"},'.repeat(MAX_STATEMENTS)}{}]}`;
    const [source] = readPolicies(text, { path: 'a.json' });
    expect(source?.remarks.map(({ code }) => code)).toEqual(['input-limit']);
    expect(source?.hasUnknown).toBe(true);
    expect(lintText(text, { path: 'a.json' }).map(({ ruleId }) => ruleId)).not.toContain('missing-permission');
  });
});
