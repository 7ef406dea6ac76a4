import { describe, expect, it } from 'vitest';
import { auditRules } from '../../src/audit/index.ts';
import type { AuditDocuments } from '../../src/model/audit-documents.ts';
import { BUCKET_CASES } from './cases/hygiene-bucket.ts';
import { PRINCIPAL_CASES } from './cases/hygiene-principal.ts';
import { ABSENT, auditOf, deployed, documentsWith, expectedOf, GRANT, read, unread } from './documents.ts';

const CASES = [...PRINCIPAL_CASES, ...BUCKET_CASES];
const OWN_RULES = auditRules.filter(({ question }) => question === 'hygiene' || question === 'unused');

describe('hygiene and unused access', () => {
  it.each(CASES)('$name', ({ changes = {}, grant = {}, finds = [], says = [], blind = [] }) => {
    const expected = expectedOf({ ...GRANT, ...grant });
    const { findings, unjudged } = auditOf(documentsWith(changes, grant), { rules: OWN_RULES, expected });
    const found = findings.map(({ severity, ruleId }) => `${severity} ${ruleId}`);
    expect(found.sort()).toEqual(finds.map((pair) => pair.join(' ')).sort());
    const text = findings.map(({ message, fix }) => `${message} ${fix}`).join('\n');
    for (const words of says) expect(text).toContain(words);
    expect(unjudged.map(({ what }) => what)).toEqual(blind);
    expect(text).not.toMatch(/\{\w+\}/);
  });

  it('finds each rule at least once', () => {
    const found = new Set(CASES.flatMap(({ finds = [] }) => finds.map(([, id]) => id)));
    expect([...found].sort()).toEqual(OWN_RULES.map(({ id }) => id).sort());
  });

  it('gives a finding the same id a month later', () => {
    const old = { id: 'AKIA1', active: true, created: '2026-01-01T00:00:00Z', lastUsed: ABSENT };
    const idsOn = (now: string) =>
      auditOf(documentsWith({ principal: { accessKeys: read([old]) } }, { auth: 'key' }), {
        rules: OWN_RULES,
        now,
      }).findings.map(({ id, message }) => [id, message]);
    const [first, later] = [idsOn('2026-11-25T12:00:00Z'), idsOn('2026-12-25T12:00:00Z')];
    expect(later.map(([id]) => id)).toEqual(first.map(([id]) => id));
    expect(later).not.toEqual(first);
  });

  it('says nothing of a fact that is absent where it could not be read', () => {
    const whole = deployed({ ...GRANT, auth: 'key' });
    const lost = unread('it', 'a:Read');
    const unknown = Object.fromEntries(
      Object.entries(whole.buckets[0] ?? {}).map(([name, value]) => [name, typeof value === 'string' ? value : lost]),
    );
    const documents = {
      ...whole,
      principal: { ...whole.principal, accessKeys: lost, password: lost, lastUsed: lost, lastAccessed: lost },
      buckets: [unknown],
    } as unknown as AuditDocuments;
    const { findings, unjudged } = auditOf(documents, { rules: OWN_RULES });
    expect(findings).toEqual([]);
    expect(unjudged.flatMap(({ rules }) => rules).length).toBeGreaterThan(15);
  });
});
