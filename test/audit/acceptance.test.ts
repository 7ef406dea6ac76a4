import { describe, expect, it } from 'vitest';
import { auditRules } from '../../src/audit/index.ts';
import type { AcceptedFinding } from '../../src/model/audit.ts';
import { ABSENT, auditOf, BUCKET_ARN, documentsWith, NOW, ROLE_ARN } from './documents.ts';

const WORDS = { reason: 'the logs are in a trail', owner: 'security@acme.example' };
const RULE = 'bucket-no-logs';
const rules = auditRules.filter(({ id, last }) => id === RULE || last);
const documents = documentsWith({ bucket: { logging: ABSENT } });

/** Rules of the findings that count, and whether the one about logs is accepted. */
function judged(...accepted: readonly AcceptedFinding[]) {
  const report = auditOf(documents, { rules, accepted });
  return {
    counted: report.findings.filter((finding) => finding.accepted === undefined).map(({ ruleId }) => ruleId),
    accepted: report.summary.accepted,
    text: report.findings.map(({ message }) => message).join('\n'),
    places: report.findings.flatMap(({ place }) => place ?? []),
  };
}

const [found] = auditOf(documents, { rules }).findings;
const id = found?.id ?? '';

describe('accepted findings', () => {
  it.each<readonly [string, AcceptedFinding, readonly string[], number]>([
    ['counts no more by its id', { ...WORDS, id, expires: '2027-03-31' }, [], 1],
    ['counts no more by its rule', { ...WORDS, ruleId: RULE, expires: '2027-03-31' }, [], 1],
    [
      'counts no more by its rule about one bucket',
      { ...WORDS, ruleId: RULE, about: BUCKET_ARN, expires: '2027-03-31' },
      [],
      1,
    ],
    ['counts no more on the last day', { ...WORDS, id, expires: '2026-11-25' }, [], 1],
    ['counts no more for 366 days', { ...WORDS, id, expires: '2027-11-26' }, [], 1],
    ['counts again a day later', { ...WORDS, id, expires: '2026-11-24' }, ['acceptance-expired', RULE], 0],
    ['counts when it is for longer', { ...WORDS, id, expires: '2027-11-27' }, ['acceptance-expired', RULE], 0],
    [
      'counts when another thing is meant',
      { ...WORDS, ruleId: RULE, about: ROLE_ARN, expires: '2027-03-31' },
      ['acceptance-unmatched', RULE],
      0,
    ],
    [
      'counts when an id is of nothing',
      { ...WORDS, id: 'f'.repeat(16), expires: '2027-03-31' },
      ['acceptance-unmatched', RULE],
      0,
    ],
    [
      'counts, and nothing is said of another account',
      { ...WORDS, ruleId: RULE, about: 'arn:aws:s3:::other', expires: '2027-03-31' },
      [RULE],
      0,
    ],
  ])('%s', (_, acceptance, counted, accepted) => {
    const report = judged(acceptance);
    expect([...report.counted].sort()).toEqual(counted);
    expect(report.accepted).toBe(accepted);
  });

  it('says who is to be asked, why it was accepted, and where it stands', () => {
    const place = { path: 'audit-accepted.yaml', line: 2, column: 5, endLine: 5, endColumn: 9 };
    const { text, places } = judged({ ...WORDS, id, expires: '2026-01-31', place });
    expect(text).toContain(`finding ${id} expired on 2026-01-31`);
    expect(text).toContain('Accepted by security@acme.example: the logs are in a trail');
    expect(places).toEqual([place]);
  });

  it('says the rule that was meant', () => {
    expect(judged({ ...WORDS, ruleId: 'bucket-no-log', expires: '2027-03-31' }).text).toContain(
      `Did you mean "${RULE}"?`,
    );
  });

  it('can accept that something expired', () => {
    const expired = { ...WORDS, id, expires: '2026-01-31' };
    const report = judged(expired, { ...WORDS, ruleId: 'acceptance-expired', expires: '2026-12-31' });
    expect(report.accepted).toBe(1);
  });
});

describe('the trend', () => {
  const former = auditOf(documents, { rules, now: '2026-10-25T12:00:00Z' });
  const against = (changes: Parameters<typeof documentsWith>[0]) =>
    auditOf(documentsWith(changes), {
      rules: auditRules,
      baseline: { kind: 'audit', path: 'old.json', report: former },
    }).trend;

  it('tells what is new and what is gone', () => {
    const trend = against({ principal: { maxSessionSeconds: 7200 } });
    expect(trend?.since).toBe('2026-10-25T12:00:00Z');
    expect(trend?.gone).toEqual([found]);
    expect(trend?.appeared).toHaveLength(1);
  });

  it('takes nothing for gone that could not be judged', () => {
    const why = { what: 'logs', action: 's3:GetBucketLogging', kind: 'denied', said: 'no' } as const;
    expect(against({ bucket: { logging: { state: 'unreadable', why } } })?.gone).toEqual([]);
  });

  it('is none when the former audit was of somebody else', () => {
    const report = { ...former, subject: { ...former.subject, arn: `${ROLE_ARN}2` } };
    expect(
      auditOf(documents, { now: NOW, baseline: { kind: 'audit', path: 'old.json', report } }).trend,
    ).toBeUndefined();
  });
});
