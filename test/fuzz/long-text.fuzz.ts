// biome-ignore-all lint/suspicious/noTemplateCurlyInString: pieces of policies
import { describe, expect, it } from 'vitest';
import { MAX_BYTES, MAX_YAML } from '../../src/documents/limits.ts';
import { lintText } from '../../src/lint/lint.ts';

/** What a reader looks far ahead for, and mistakes without end. */
const PIECES = [
  ...[
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '\\',
    '\n',
    '`',
    '{}',
    '""',
    '}\n{',
    "'a",
    '"a\n',
    '/*',
    '1,',
    '[}',
    '- ',
    '*a ',
    '!x ',
    '\u2018 ',
  ],
  ...[
    '{"a":1,"a":1},',
    '"{\\"Statement\\": []}",',
    '<<EOF\n',
    'p = jsonencode({\n',
    'p = <<E\n{\n',
    '${',
    '> {',
    '> > ',
    '~~~ ',
  ],
  ...['```json\n{"Statement": []}\n```\n', 'a: b\n', '? a\n: b\n', '- a: &a [*a]\n', '---\n', '|\n', '=\n'],
];
const HEADS = ['', '{"Statement": [', 'Statement:\n', 'Subject: x\n'];

describe.each(['a.json', 'a.yaml', 'a.tf', 'a.md'])('%s at the limit of its length', (path) => {
  it.each(PIECES.map((piece) => [piece]))('is read and linted in a second: %j', (piece) => {
    const limit = path === 'a.yaml' ? MAX_YAML : MAX_BYTES;
    for (const head of HEADS) {
      const text = head + piece.repeat(Math.floor((limit - head.length) / piece.length));
      const before = process.cpuUsage();
      lintText(text, { path });
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1000, JSON.stringify(head)).toBeLessThan(1000);
    }
  });
});
