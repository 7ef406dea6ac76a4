import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readGrantYaml } from '../../src/documents/read-yaml.ts';

const read = (text: string) => readGrantYaml(text, 'channelmix.yaml');

describe('readGrantYaml', () => {
  it('reads a grant with the line that tells editors the schema', () => {
    const text = [
      '# yaml-language-server: $schema=./policies/schemas/grant.schema.json',
      '$schema: ./policies/schemas/grant.schema.json',
      'access: extended',
      'buckets:',
      '  - name: my-bucket',
      '    prefixes: [Client123/]',
    ].join('\r\n');
    expect(read(`\uFEFF${text}`).buckets).toEqual([{ name: 'my-bucket', create: false, prefixes: ['Client123/'] }]);
  });

  it.each([
    ['line and column of a wrong value', 'access: minimal\nbucket: My-Bucket\n', 'channelmix.yaml:2:9 bucket'],
    [
      'line and column in a list',
      'buckets:\n  - name: my-bucket\n    prefixes:\n      - ../a/\n',
      'channelmix.yaml:4:9 buckets[0].prefixes[0]',
    ],
    ['a key that is written twice', 'bucket: aaa\nbucket: bbb\n', 'channelmix.yaml:2:1'],
    ['broken YAML', 'bucket: [', 'channelmix.yaml:1:10'],
    ['an unknown tag', 'bucket: !!js/function "x"', 'channelmix.yaml:1'],
    ['an empty file', '', 'bucket: is missing'],
    ['nesting beyond 64 levels', `bucket: ${'['.repeat(100_00)}`, 'at most 64 levels'],
    ['nesting by indicators', `bucket:\n  ${'- '.repeat(5_000)}a`, 'at most 64 levels'],
    ['a file beyond 64 KiB', `bucket: ${'a'.repeat(70_000)}`, 'at most 65536'],
    ['a word that YAML 1.1 took for true', 'bucket: my-bucket\ncreateBucket: yes', 'true or false, without quotes'],
  ])('names %s', (_name, text, expected) => {
    expect(() => read(text)).toThrow(expected);
  });

  it('reads the file that the docs show, whose first line leads editors to the schema', () => {
    const page = readFileSync(new URL('../../docs/channelmix-yaml.md', import.meta.url), 'utf8');
    const [, text = '', shown = ''] = /```yaml\n(.*?)```.*```text\n(.*?)```/s.exec(page) ?? [];
    expect(read(text).buckets.map((bucket) => bucket.name)).toEqual(['reports-in', 'reports-out']);
    const schema = /\$schema=\.\/(\S+)/.exec(text)?.[1] ?? '';
    expect(existsSync(new URL(`../../${schema}`, import.meta.url))).toBe(true);
    expect(() => read(text.replace('reports-in', 'Reports-In'))).toThrow(shown.trim());
  });

  it('refuses a bomb of aliases', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
      .split('')
      .map((key, index) => `${key}: &${key} [${Array(9).fill(`*${'abcdefg'[index]}`).join(',')}]`)
      .join('\n')}`;
    expect(() => read(bomb)).toThrow();
  });
});
