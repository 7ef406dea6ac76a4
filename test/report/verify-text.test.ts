import { expect, test } from 'vitest';
import type { Check, VerifyReport } from '../../src/model/check.ts';
import { renderVerifyReport, verifySummary } from '../../src/report/verify-text.ts';

const check = (changes: Partial<Check>): Check => ({
  id: 'put-object',
  action: 's3:PutObject',
  resource: 'arn:aws:s3:::b/.channelmix-verify/*',
  expect: 'allow',
  result: 'allow',
  ok: true,
  ms: 41,
  attempts: 1,
  ...changes,
});

const report = (changes: Partial<VerifyReport>): VerifyReport => ({
  schemaVersion: 1,
  command: 'verify',
  mode: 'channelmix',
  date: '2026-11-25T08:00:00.000Z',
  roleArn: 'arn:aws:iam::111122223333:role/r',
  bucket: 'b',
  region: 'eu-west-1',
  caller: { arn: 'arn:aws:iam::031871504755:user/support', account: '031871504755' },
  bucketOwner: 'same-account',
  ok: true,
  interrupted: false,
  ms: 4_210,
  notes: [],
  checks: [check({})],
  remedies: [],
  cleanup: { created: 1, removed: 1, left: [] },
  ...changes,
});

test('a good run is a line a check and a summary', () => {
  expect(renderVerifyReport(report({}))).toBe(
    [
      'role arn:aws:iam::111122223333:role/r on bucket b in eu-west-1, in the same account',
      'as arn:aws:iam::031871504755:user/support',
      '',
      '✓ put-object                          allowed 41 ms',
      '',
      '1 of 1 as expected, 0 left behind, 4.2 s',
      '',
    ].join('\n'),
  );
});

const diagnosis = { layer: 'identity', evidence: 'inferred', cause: 'one cause', fix: 'one fix' } as const;

const failed = (id: Check['id'], action: string, policy: 'identity' | 'bucket' = 'identity') =>
  check({
    id,
    action,
    result: 'deny',
    ok: false,
    error: { code: 'AccessDenied', message: 'Access Denied', requestId: 'R1' },
    diagnosis: {
      ...diagnosis,
      remedy:
        policy === 'identity'
          ? { policy, statement: { Effect: 'Allow', Action: action, Resource: '*' }, command: 'do it' }
          : { policy, condition: { ArnNotEquals: { 'aws:PrincipalArn': 'arn' } } },
    },
  });
const two = [failed('put-object', 's3:PutObject'), failed('list-bucket', 's3:ListBucket')];

test('checks that failed for one cause share its explanation, each with its own statement', () => {
  const text = renderVerifyReport(report({ ok: false, checks: two }));
  expect(text.match(/why: {5}one cause/g)).toHaveLength(1);
  expect(text.match(/"Action": "s3:(PutObject|ListBucket)"/g)).toHaveLength(2);
  expect(text.match(/do it/g)).toHaveLength(1);
  expect(text).toContain('✗ put-object                          refused (AccessDenied) 41 ms');
  expect(text).toContain('0 of 2 as expected');
});

test('the whole policy takes the place of single statements, and says what it covers', () => {
  const skipped = check({ id: 'delete-object', result: 'skipped', ok: false, note: 'needs put-object' });
  const document = { Statement: { Effect: 'Allow', Action: ['whole'], Resource: '*' } } as const;
  const text = renderVerifyReport(
    report({
      ok: false,
      checks: [...two, skipped],
      remedies: [{ policy: 'identity', document, command: 'channelmix-s3 policy minimal --bucket b' }],
    }),
  );
  expect(text).not.toMatch(/"Action": "s3:|do it/);
  expect(text.match(/"whole"/g)).toHaveLength(1);
  expect(text).toMatch(/replace what it has.*\n?.*skipped,\s+too\s+\(delete-object\):/);
  expect(text).toContain('\n  channelmix-s3 policy minimal --bucket b\n');
});

test('one condition mends all checks that a statement denies, and is shown once beside a whole policy, too', () => {
  const checks = [failed('put-object', 's3:PutObject', 'bucket'), failed('get-object', 's3:GetObject', 'bucket')];
  const text = renderVerifyReport(
    report({ ok: false, checks, remedies: [{ policy: 'bucket', document: { Statement: [] } }] }),
  );
  expect(text.match(/ArnNotEquals/g)).toHaveLength(1);
});

test('rows of several folders and buckets are told apart', () => {
  const text = renderVerifyReport(
    report({
      checks: [
        check({ id: 'list-bucket', prefix: 'A/', result: 'allow' }),
        check({ id: 'list-bucket', prefix: 'B/', result: 'deny', ok: false }),
        check({ id: 'denied:s3:ListBucket', resource: 'arn:aws:s3:::mine', expect: 'deny', result: 'deny' }),
        check({ id: 'denied:s3:ListBucket', resource: 'arn:aws:s3:::other', expect: 'deny', ok: false }),
      ],
    }),
  );
  expect(text).toContain('list-bucket                         allowed in A/ 41 ms');
  expect(text).toContain('list-bucket                         refused in B/ () 41 ms');
  expect(text).toContain('denied:s3:ListBucket                refused, as it must be, on mine 41 ms');
  expect(text).toContain('denied:s3:ListBucket                allowed, but must be refused, on other 41 ms');
});

test('what is left is named with the command that removes it', () => {
  const left = [
    {
      kind: 'object',
      what: 'object s3://b/k',
      command: 'aws s3api delete-object --bucket b --key k',
      reason: 'refused',
    },
  ] as const;
  const text = renderVerifyReport(report({ cleanup: { created: 1, removed: 0, left } }));
  expect(text).toContain('  # object s3://b/k\n  aws s3api delete-object --bucket b --key k\n');
  expect(text).toContain('1 of 1 as expected, 1 left behind');
});

test('what may be left is not called left, and why it is there is said', () => {
  const one = { kind: 'object', what: 'it', command: 'do' } as const;
  const text = (reason: 'refused' | 'failed' | 'unsure') =>
    renderVerifyReport(report({ cleanup: { created: 1, removed: 0, left: [{ ...one, reason }] } }));
  expect(text('refused')).toContain('Left behind, since this access may not remove it');
  expect(text('failed')).toContain('Left behind, since removing it did not come to an end');
  expect(text('unsure')).toContain('May be left behind, since no answer said');
});

test('without Unicode every sign is ASCII', () => {
  const checks = [
    check({}),
    check({ result: 'deny', ok: false }),
    check({ result: 'error', ok: false }),
    check({ result: 'skipped', ok: false, note: 'why' }),
  ];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what is asked for
  expect(renderVerifyReport(report({ checks }), undefined, false)).toMatch(/^[\x00-\x7F]*$/);
});

test('an endpoint that is not AWS is said', () => {
  expect(renderVerifyReport(report({ endpoint: '127.0.0.1:4599' }))).toContain(
    'user/support, at 127.0.0.1:4599 instead of AWS',
  );
});

test('the summary says that a run was interrupted', () => {
  expect(verifySummary(report({ interrupted: true, ms: 12 }))).toBe(
    'interrupted: 1 of 1 as expected, 0 left behind, 12 ms',
  );
});

test('checks that were skipped for one reason are told in one line', () => {
  const skipped = (id: Check['id'], note = 'needs assume-role') => check({ id, result: 'skipped', ok: false, note });
  const text = renderVerifyReport(
    report({
      ok: false,
      checks: [
        skipped('put-object'),
        skipped('get-object'),
        skipped('head-object'),
        skipped('list-bucket', 'another reason'),
        skipped('delete-object', 'another reason'),
      ],
    }),
  );
  expect(text.split('\n').filter((line) => line.startsWith('- '))).toEqual([
    '- 3 checks                            skipped: needs assume-role',
    '- list-bucket                         skipped: another reason',
    '- delete-object                       skipped: another reason',
  ]);
});
