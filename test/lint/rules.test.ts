import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { pathOf, rulePages } from '../../scripts/build-rule-pages.ts';
import { REMARK_CODES } from '../../src/documents/policy-source.ts';
import { fixText } from '../../src/lint/fix.ts';
import { lintText } from '../../src/lint/lint.ts';
import { rules } from '../../src/lint/rules/index.ts';
import type { Example, LintRule } from '../../src/lint/types.ts';

const root = new URL('../../', import.meta.url);
const pages = rulePages();

/** An example is linted for the audience of its rule, unless it says otherwise. */
function optionsOf(rule: LintRule, example: Example) {
  return {
    path: pathOf(example.text),
    audience: rule.audience,
    ...(example.kind === undefined ? {} : { kind: example.kind }),
    ...example.options,
  };
}

/** JSON compares by its value: an edit may lay it out otherwise. */
function comparable(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

describe.each(rules.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  it.each(rule.examples.bad.map((example, index) => [index + 1, example] as const))(
    'finds bad example %i, and nothing else',
    (_, example) => {
      const ids = lintText(example.text, optionsOf(rule, example)).map(({ ruleId }) => ruleId);
      expect(ids.length).toBeGreaterThan(0);
      expect(new Set(ids)).toEqual(new Set([id]));
    },
  );

  it.each(rule.examples.good.map((example, index) => [index + 1, example] as const))(
    'finds nothing in good example %i',
    (_, example) => {
      expect(lintText(example.text, optionsOf(rule, example))).toEqual([]);
    },
  );

  it('mends what its examples say it mends, once for all', () => {
    for (const example of rule.examples.bad) {
      const options = optionsOf(rule, example);
      const fixed = fixText(example.text, options);
      expect(comparable(fixed.text)).toEqual(comparable(example.fixed ?? example.text));
      expect(fixText(fixed.text, options).text).toBe(fixed.text);
    }
  });

  it('fills its messages, and names a page', () => {
    for (const example of rule.examples.bad) {
      for (const { message, docs } of lintText(example.text, optionsOf(rule, example))) {
        expect(message).not.toMatch(/\{\w+\}(?<!\$\{\w+\})|undefined/);
        expect(docs).toMatch(/^https:\/\//);
      }
    }
    expect(rule.why.length).toBeGreaterThan(40);
  });

  it('has a file and a page of its name', () => {
    expect(existsSync(new URL(`src/lint/rules/${id}.ts`, root))).toBe(true);
    expect(readFileSync(new URL(`docs/rules/${id}.md`, root), 'utf8')).toBe(pages.get(`${id}.md`));
  });
});

describe('the list of rules', () => {
  it('has every file of the folder, once', () => {
    const files = readdirSync(new URL('src/lint/rules/', root)).filter((name) => name !== 'index.ts');
    expect(rules.map(({ id }) => `${id}.ts`).sort()).toEqual(files.sort());
  });

  it('has a rule for each remark of the parser', () => {
    expect(rules.map(({ id }) => id)).toEqual(expect.arrayContaining([...REMARK_CODES]));
  });

  it('has no page of a rule that is gone', () => {
    expect(readdirSync(new URL('docs/rules/', root)).sort()).toEqual([...pages.keys()].sort());
  });
});
