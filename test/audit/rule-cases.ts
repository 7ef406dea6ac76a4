import { expect, it } from 'vitest';
import type { AuditInput } from '../../src/audit/audit.ts';
import { auditRules } from '../../src/audit/index.ts';
import type { AuditExpectation } from '../../src/model/audit.ts';
import type { Grant } from '../../src/model/grant.ts';
import { auditOf, type Changes, documentsWith, expectedOf, GRANT } from './documents.ts';

/** An account, and what of some rules is found in it. */
export interface RuleCase {
  readonly name: string;
  readonly changes?: Changes;
  /** Of the grant that was deployed. */
  readonly grant?: Partial<Grant>;
  /** Default: what the grant above gives. */
  readonly expected?: Partial<AuditExpectation>;
  /** Rule, severity, and what the message and the fix say, each in the order of the report: all that these rules find, and nothing else. */
  readonly found: readonly (readonly [rule: string, severity: string, ...says: readonly (string | RegExp)[]])[];
  /** What these rules could not judge. */
  readonly blind?: readonly string[];
  /** Rules that the case is about; default: all of the file. */
  readonly rules?: readonly string[];
}

/** A test for each case, with the given rules only; and one that each of them is hit somewhere. */
export function runCases(rules: readonly string[], cases: readonly RuleCase[]): void {
  it.each(cases)('$name', ({ changes, grant, expected, found, blind = [], rules: only = rules }) => {
    const input: Partial<AuditInput> = {
      expected: { ...expectedOf(), ...expected },
      rules: auditRules.filter(({ id }) => only.includes(id)),
    };
    const { findings, unjudged } = auditOf(documentsWith(changes, { ...GRANT, ...grant }), input);
    expect(findings.map(({ ruleId, severity }) => `${severity} ${ruleId}`)).toEqual(
      found.map(([rule, severity]) => `${severity} ${rule}`),
    );
    findings.forEach(({ message, fix }, index) => {
      const [, , ...says] = found[index] ?? [];
      for (const text of says) expect(`${message}\n${fix}`).toMatch(text);
      expect(`${message}${fix}`).not.toMatch(/\{\w+\}/);
    });
    expect(unjudged.map(({ what }) => what).sort()).toEqual([...blind].sort());
  });

  it('has a case for each of its rules', () => {
    const hit = new Set(cases.flatMap(({ found }) => found.map(([rule]) => rule)));
    expect([...hit].sort()).toEqual([...rules].sort());
    expect(rules.filter((id) => !auditRules.some((rule) => rule.id === id))).toEqual([]);
  });
}

/** A statement that allows. */
export function allow(action: string | readonly string[], resource: string | readonly string[] = '*', more = {}) {
  return { Effect: 'Allow', Action: action, Resource: resource, ...more };
}
