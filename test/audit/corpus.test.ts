import { beforeAll, describe, expect, it } from 'vitest';
import { audit, auditRules, writeDocuments } from '../../src/audit/index.ts';
import { readDocuments } from '../../src/audit/sources/saved.ts';
import { bruteForce } from './brute-force.ts';
import type { CorpusAccount } from './corpus/account.ts';
import { CORPUS } from './corpus/index.ts';
import { type CorpusResult, foundIn, runCorpus, sorted } from './corpus/run.ts';

/** Rules about what the corpus cannot show: named, each with where it is tested instead. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'wrong-partition': 'the sandbox is in partition aws: rules-needs.test.ts',
};

const results = new Map<string, CorpusResult>();
const resultOf = ({ name }: CorpusAccount): CorpusResult => {
  const found = results.get(name);
  if (found === undefined) throw new Error(`${name} was not audited`);
  return found;
};

beforeAll(async () => {
  for (const result of await runCorpus(CORPUS)) results.set(result.account.name, result);
}, 120_000);

describe('the corpus', () => {
  it('has at least sixty accounts, each with a name of its own, good and bad ones', () => {
    expect(CORPUS.length).toBeGreaterThanOrEqual(60);
    expect(new Set(CORPUS.map(({ name }) => name)).size).toBe(CORPUS.length);
    expect(CORPUS.filter(({ finds }) => finds.length === 0).length).toBeGreaterThan(15);
  });

  it('has an account for every rule, and one in which it is silent', () => {
    const hit = new Set(CORPUS.flatMap(({ finds }) => finds.map(([rule]) => rule)));
    const ids = auditRules.map(({ id }) => id);
    expect(ids.filter((id) => !hit.has(id)).sort()).toEqual(Object.keys(ELSEWHERE).sort());
    expect([...hit].filter((id) => !ids.includes(id))).toEqual([]);
    for (const id of hit)
      expect(
        CORPUS.some(({ finds }) => finds.every(([rule]) => rule !== id)),
        id,
      ).toBe(true);
  });
});

describe.each(CORPUS)('$name', (account) => {
  it('gives what it must, and nothing else', () => {
    const { report, exit, bugs } = resultOf(account);
    const what = (open: boolean) => report.unjudged.filter((one) => one.open === open).map((one) => one.what);
    expect(foundIn(report)).toEqual(sorted(account.finds));
    expect(what(true).sort()).toEqual([...(account.open ?? [])].sort());
    if (account.notAsked !== undefined) expect(what(false).sort()).toEqual([...account.notAsked].sort());
    expect(exit).toBe(account.exit);
    expect(bugs).toEqual([]);
  });

  it('says everything that it says in full', () => {
    for (const { message, fix } of resultOf(account).report.findings) {
      expect(`${message} ${fix}`).not.toMatch(/\{\w+\}(?<!\$\{\w+\})|\(\s*\)|Resource \)|undefined| {2}/);
    }
  });

  it('gives the same when it was saved and read again', () => {
    const { input, report } = resultOf(account);
    const path = 'saved.json';
    const documents = readDocuments({ path, text: writeDocuments(input.documents) });
    expect(audit({ ...input, documents })).toEqual(report);
  });

  it('has a matrix that single requests agree with', () => {
    const { input } = resultOf(account);
    const { now, documents, expected } = input;
    expect(bruteForce(documents, expected, { now, requests: 300 }).disagreements).toEqual([]);
  });
});
