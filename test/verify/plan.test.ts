import { describe, expect, test } from 'vitest';
import type { Check } from '../../src/model/check.ts';
import type { AccessLevel } from '../../src/model/grant.ts';
import { renderVerifyPlan } from '../../src/report/verify-plan.ts';
import { notesOf } from '../../src/verify/notes.ts';
import { type PlannedProbe, planChecks } from '../../src/verify/plan.ts';
import { planReport } from '../../src/verify/plan-report.ts';
import { readVerifyTarget } from '../../src/verify/target.ts';

const plan = (access: AccessLevel, more: { prefixes?: string[]; kmsKeyArn?: string } = {}) =>
  planChecks(readVerifyTarget({ roleArn: 'arn:aws:iam::111122223333:role/r', bucket: 'my-bucket', access, ...more }));

/** Its look is sent together with the put of the check before. */
const SENT_BEFORE: readonly string[] = ['overwrite-object'];

/** Length of the longest chain of checks, in round trips. */
function longestChain(checks: readonly PlannedProbe[]): number {
  const length = new Map<string, number>();
  for (const check of checks) {
    const before = [...check.needs, ...check.after].map((node) => length.get(node) ?? Number.NaN);
    const own = check.calls.length === 0 || SENT_BEFORE.includes(check.id) ? 0 : 1;
    length.set(check.node, own + Math.max(0, ...before));
  }
  return Math.max(...length.values());
}

test.each(['minimal', 'extended', 'full'] as const)(
  'with %s access no chain is longer than assume, put, get, delete',
  (access) => {
    const kmsKeyArn = 'arn:aws:kms:us-east-1:111122223333:key/11112222-3333-4444-5555-666677778888';
    expect(longestChain(plan(access).checks)).toBe(4);
    expect(longestChain(plan(access, { prefixes: ['a/', 'b/'], kmsKeyArn }).checks)).toBe(4);
  },
);

test('every check waits only for checks that stand before it, and has a name of its own', () => {
  const { checks } = plan('extended', { prefixes: ['a/', 'b/'] });
  const names = checks.map(({ node }) => node);
  expect(new Set(names).size).toBe(names.length);
  for (const [index, check] of checks.entries()) {
    for (const node of [...check.needs, ...check.after]) expect(names.slice(0, index)).toContain(node);
  }
});

test('calls that must be refused wait until something was answered: a new role is refused everything at first', () => {
  const { checks } = plan('minimal', { prefixes: ['a/'] });
  for (const check of checks.filter((one) => one.expect === 'deny')) {
    expect(check.after).toEqual(['put-object', 'list-bucket']);
  }
});

test('full access has nothing in S3 that must be refused', () => {
  expect(plan('full').checks.filter((check) => check.expect === 'deny')).toEqual([]);
});

test('what minimal access cannot do is not a check', () => {
  expect(plan('minimal').checks.map(({ id }) => id)).not.toContain('multipart-upload');
});

describe('the plan', () => {
  const targetOf = (more: Partial<Parameters<typeof readVerifyTarget>[0]> = {}) =>
    readVerifyTarget({ roleArn: 'arn:aws:iam::111122223333:role/r', bucket: 'my-bucket', access: 'minimal', ...more });

  test('has the permissions of each call, on a key as policies match it', () => {
    const put = planReport(targetOf(), 'channelmix').checks.find(({ id }) => id === 'put-object');
    expect(put?.calls).toMatchObject([
      {
        call: 'S3 PutObject',
        as: 'subject',
        permissions: [
          { action: 's3:PutObject', resource: `arn:aws:s3:::my-bucket/.channelmix-verify/${'0'.repeat(32)}` },
        ],
      },
    ]);
  });

  test('says what is written, and to which keys', () => {
    const { writes } = planReport(targetOf({ prefixes: ['a/', 'b/'] }), 'channelmix');
    expect(writes.objects).toBe(3);
    expect(writes.keys).toEqual([
      'a/.channelmix-verify/<id>',
      'b/.channelmix-verify/<id>',
      'a/.channelmix-verify/<id> a+b&c%2Bd=é漢.csv',
    ]);
    expect(planReport(targetOf({ deep: true }), 'channelmix').writes.bytes).toBeGreaterThan(20 * 1024 * 1024);
  });

  test('counts requests by what they cost', () => {
    const { total, writeAndList, read, free } = planReport(targetOf(), 'channelmix').requests;
    expect(writeAndList + read + free).toBe(total);
    expect(total).toBeLessThan(30);
  });

  test('knows that a role of a third account is tried only where its credentials are given', () => {
    const ids = (thirdParty: boolean) => planReport(targetOf({ thirdParty }), 'channelmix').checks.map(({ id }) => id);
    expect(ids(true)).toContain('denied:sts:AssumeRole');
    expect(ids(false)).not.toContain('denied:sts:AssumeRole');
    expect(() =>
      readVerifyTarget({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', bucket: 'b-1', access: 'minimal', thirdParty: true }),
    ).toThrow('--third-party-profile is for the role way');
  });

  test('as text names every check, and what must be refused', () => {
    const plan = planReport(targetOf({ prefixes: ['a/'], deep: true }), 'channelmix');
    const text = renderVerifyPlan(plan);
    for (const { id } of plan.checks) expect(text).toContain(`  ${id}`);
    expect(text).toContain('S3 UploadPart, 4 times');
    expect(text).toContain('nothing was called');
    expect(text).not.toMatch(/0{32}/);
  });
});

describe('notes', () => {
  const put = (result: Check['result']): Check => ({
    id: 'put-object',
    action: 's3:PutObject',
    resource: '*',
    expect: 'allow',
    result,
    ok: result === 'allow',
    ms: 1,
    attempts: 1,
  });
  const notes = (access: AccessLevel, prefixes: string[] = [], result: Check['result'] = 'allow') =>
    notesOf(readVerifyTarget({ roleArn: 'arn:aws:iam::111122223333:role/r', bucket: 'b-1', access, prefixes }), [
      put(result),
    ]);

  test('say that full access is not limited to a folder', () => {
    expect(notes('extended')).toEqual([]);
    expect(notes('full')).toEqual([]);
    expect(notes('full', ['a'])[0]).toContain('not limited to a/');
  });
  test('are left out of a run that could put nothing', () => {
    expect(notes('minimal', [], 'deny')).toEqual([]);
    expect(notes('minimal', [], 'skipped')).toEqual([]);
  });
});
