import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { auditRulePages } from '../../scripts/build-audit-rule-pages.ts';
import { auditRules } from '../../src/audit/index.ts';
import { AUDIT_QUESTIONS } from '../../src/model/audit.ts';

const root = new URL('../../', import.meta.url);
const pages = auditRulePages();

describe.each(auditRules.map((rule) => [rule.id, rule] as const))(
  '%s',
  (id, { question, title, why, docs, controls = [], messages }) => {
    it('is a file of its own', () => {
      expect(id).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
      expect(readFileSync(new URL(`src/audit/rules/${id}.ts`, root), 'utf8')).toContain(`id: '${id}'`);
    });

    it('says what holds, why, and how it is mended', () => {
      expect(title).toMatch(/^[A-Z].*[^.]$/);
      expect(why).toMatch(/\.$/);
      expect(docs).toMatch(/^https:\/\/(docs\.aws\.amazon\.com|developer\.|www\.)/);
      for (const { message, fix } of Object.values(messages)) {
        expect(message).not.toBe('');
        expect(fix).not.toBe('');
      }
    });

    it('names controls of CIS in both versions', () => {
      const versions = controls.flatMap(
        (control) => /^CIS AWS Foundations (3\.0\.0|5\.0\.0)\/\d+(\.\d+)+$/.exec(control)?.[1] ?? [],
      );
      expect(versions.filter((one) => one === '3.0.0').length).toBe(versions.filter((one) => one === '5.0.0').length);
      const others = controls.filter((control) => !control.startsWith('CIS '));
      for (const control of others) expect(control).toMatch(/^AWS Security Hub [A-Z][A-Za-z0-9]*\.\d+$/);
    });

    it('is in its place in the list', () => {
      const places = auditRules.map((rule) => AUDIT_QUESTIONS.indexOf(rule.question));
      expect(AUDIT_QUESTIONS).toContain(question);
      expect(places).toEqual([...places].sort((a, b) => a - b));
    });
  },
);

it('lists every rule, each id once', () => {
  const files = readdirSync(new URL('src/audit/rules/', root)).filter((name) => name !== 'index.ts');
  expect(auditRules.map(({ id }) => `${id}.ts`).sort()).toEqual(files.sort());
});

it('has a page for every rule, as it is now (else: npm run build:audit-rule-pages)', () => {
  const folder = new URL('docs/audit-rules/', root);
  expect(readdirSync(folder).sort()).toEqual([...pages.keys()].sort());
  for (const [name, text] of pages) expect(readFileSync(new URL(name, folder), 'utf8'), name).toBe(text);
});
