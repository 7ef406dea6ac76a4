// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholder of the help article
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { memberOf, memberValue } from '../../src/documents/json-node.ts';
import { readPolicies } from '../../src/documents/read-policies.ts';
import { applyEdits, textEdits } from '../../src/lint/edits.ts';
import { fixText } from '../../src/lint/fix.ts';
import { lintText } from '../../src/lint/lint.ts';
import type { Edit, LintRule } from '../../src/lint/types.ts';

const article = readFileSync(new URL('../fixtures/help-article-policy.txt', import.meta.url), 'utf8');

describe("the help article's policy", () => {
  const options = { path: 'policy.json', buckets: ['my-bucket'] };

  it('becomes a correct one in one step, with every change explained', () => {
    const { text, changes, findings } = fixText(article, options);
    expect(JSON.parse(text)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['s3:GetObject', 's3:ListBucket', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
          Resource: ['arn:aws:s3:::my-bucket', 'arn:aws:s3:::my-bucket/*'],
        },
      ],
    });
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(changes.map(({ ruleId }) => ruleId).sort()).toEqual([
      'comment',
      'comment',
      'invalid-version',
      'over-privilege',
      'over-privilege',
      'placeholder',
      'placeholder',
      'resource-mismatch',
      'resource-mismatch',
      'resource-mismatch',
      'trailing-colon',
    ]);
    for (const { explanation } of changes) expect(explanation).not.toBe('');
  });

  it('says each of its defects before', () => {
    const ids = new Set(lintText(article, { path: 'policy.json' }).map(({ ruleId }) => ruleId));
    for (const id of ['invalid-version', 'comment', 'trailing-colon', 'placeholder', 'resource-mismatch']) {
      expect(ids).toContain(id);
    }
  });

  it('does not change when it is mended again', () => {
    const { text } = fixText(article, options);
    expect(fixText(text, options)).toMatchObject({ text, changes: [] });
  });

  it('keeps its placeholder while no bucket is named', () => {
    const { text, findings } = fixText(article, { path: 'policy.json' });
    expect(text).toContain('${BucketName}');
    expect(findings.map(({ ruleId }) => ruleId)).toContain('placeholder');
  });
});

/** The text after one edit, made from the document in it. */
function edited(text: string, path: string, make: (source: ReturnType<typeof readPolicies>[number]) => Edit) {
  const [source] = readPolicies(text, { path });
  if (source === undefined) throw new Error('no document');
  const edits = textEdits([make(source)], source);
  return edits === undefined ? undefined : applyEdits(text, edits);
}

describe('edits of the structure', () => {
  const removeItem =
    (index: number) =>
    ({ root }: ReturnType<typeof readPolicies>[number]): Edit => {
      const list = memberValue(root, 'Statement');
      const node = list?.type === 'array' ? list.items[index] : undefined;
      if (node === undefined) throw new Error('no item');
      return { op: 'remove', node };
    };

  it.each([
    ['the first', 0, '{"Statement":["a","b","c"]}', '{"Statement":["b","c"]}'],
    ['one in the middle', 1, '{"Statement":[\n "a",\n "b",\n "c"\n]}', '{"Statement":[\n "a",\n "c"\n]}'],
    ['the last', 2, '{"Statement":[\n "a",\n "b",\n "c"\n]}', '{"Statement":[\n "a",\n "b"\n]}'],
    ['the only one', 0, '{"Statement":[ "a" ]}', '{"Statement":[]}'],
    ['one before a comment', 0, '{"Statement":[\n "a",\n // of b\n "b"\n]}', '{"Statement":[\n // of b\n "b"\n]}'],
    ['the last behind a comment', 1, '{"Statement":[\n "a", // of a\n "b"\n]}', '{"Statement":[\n "a" // of a\n \n]}'],
  ])('remove %s', (_name, index, text, expected) => {
    expect(edited(text, 'a.json', removeItem(index))).toBe(expected);
  });

  it('add members and items in the style of their neighbours', () => {
    const add = ({ root }: ReturnType<typeof readPolicies>[number]): Edit => {
      if (root?.type !== 'object') throw new Error('no object');
      return { op: 'add', to: root, key: 'Version', value: '2012-10-17', first: true };
    };
    expect(edited('{"Statement":[]}', 'a.json', add)).toBe('{"Version": "2012-10-17", "Statement":[]}');
    expect(edited('{\n  "Statement": []\n}', 'a.json', add)).toBe(
      '{\n  "Version": "2012-10-17",\n  "Statement": []\n}',
    );
  });

  it('write YAML and Terraform where they can, and nothing where they cannot', () => {
    const yaml = 'Version: "2012"\nStatement:\n- a\n- b\n';
    const replace = ({ root }: ReturnType<typeof readPolicies>[number]): Edit => {
      const node = memberValue(root, 'Version');
      if (node === undefined) throw new Error('no version');
      return { op: 'replace', node, value: '2012-10-17' };
    };
    expect(edited(yaml, 'a.yaml', replace)).toBe(yaml.replace('"2012"', '"2012-10-17"'));
    expect(edited(yaml, 'a.yaml', removeItem(0))).toBe('Version: "2012"\nStatement:\n- b\n');
    expect(edited('Statement:\n- a\n', 'a.yaml', removeItem(0))).toBeUndefined();
    const hcl = 'p = jsonencode({\n Version = "2012"\n Statement = []\n})';
    expect(edited(hcl, 'a.tf', replace)).toBe(hcl.replace('"2012"', '"2012-10-17"'));
    const remove = ({ root }: ReturnType<typeof readPolicies>[number]): Edit => {
      const node = memberOf(root, 'Version');
      if (node === undefined) throw new Error('no version');
      return { op: 'remove', node };
    };
    expect(edited(hcl, 'a.tf', remove)).toBeUndefined();
  });
});

const quarrel = (id: string, from: string, to: string): LintRule => ({
  id,
  severity: 'error',
  audience: 'any',
  docs: 'https://example.com',
  title: id,
  why: id,
  messages: { found: id },
  examples: { bad: [], good: [] },
  check: function* ({ document }) {
    const node = memberValue(document, 'Statement');
    if (node?.type !== 'string' || node.value !== from) return;
    yield { message: 'found', node, fix: { explanation: id, edits: [{ op: 'replace', node, value: to }] } };
  },
});

it('ends when rules disagree', () => {
  const rules = [quarrel('one', 'a', 'b'), quarrel('two', 'b', 'a')];
  const { text, changes } = fixText('{"Statement":"a"}', { path: 'a.json', rules });
  expect(text).toBe('{"Statement":"a"}');
  expect(changes).toEqual([]);
});

it('leaves a document alone that has more mistakes than are told', () => {
  const text = `{"Statement":[${'1,'.repeat(10)}${'/**/'.repeat(300)}1]}`;
  expect(fixText(text, { path: 'a.json' }).text).toBe(text);
});
