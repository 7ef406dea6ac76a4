import { expect, test } from 'vitest';
import { bucketsNamedIn } from '../../src/aws/named-buckets.ts';
import type { JsonValue } from '../../src/model/policy.ts';

const allow = (Resource: JsonValue): JsonValue => ({ Effect: 'Allow', Action: 's3:*', Resource });

const CASES: readonly (readonly [string, readonly JsonValue[], readonly string[], readonly string[]])[] = [
  [
    'buckets and objects name their bucket once',
    [allow(['arn:aws:s3:::a-1', 'arn:aws:s3:::a-1/x/*', 'arn:aws:s3:::b-2/*'])],
    ['a-1', 'b-2'],
    [],
  ],
  ['of any partition', [allow('arn:aws-cn:s3:::a-1')], ['a-1'], []],
  [
    'a pattern names none, and is told',
    [allow(['arn:aws:s3:::a-*', 'arn:aws:s3:::a-?/k', '*'])],
    [],
    ['*', 'arn:aws:s3:::a-*', 'arn:aws:s3:::a-?/k'],
  ],
  ['a variable names none', [allow('arn:aws:s3:::${aws:username}/*')], [], ['arn:aws:s3:::${aws:username}/*']],
  [
    'what is denied is no bucket of the audit',
    [{ Effect: 'Deny', Action: 's3:*', Resource: 'arn:aws:s3:::a-1' }],
    [],
    [],
  ],
  [
    'other services and access points name none',
    [allow(['arn:aws:iam::111122223333:role/r', 'arn:aws:s3:eu-west-1:111122223333:accesspoint/p'])],
    [],
    [],
  ],
  [
    'what a NotResource leaves is a pattern',
    [{ Effect: 'Allow', Action: 's3:*', NotResource: 'arn:aws:s3:::a-1/*' }],
    [],
    ['*'],
  ],
  ['what is no statement is passed over', ['no statement', { Effect: 'Allow', Resource: [1, null] }], [], []],
];

test.each(CASES)('%s', (_what, Statement, names, patterns) => {
  const choice = bucketsNamedIn([{ name: 'p', document: { Version: '2012-10-17', Statement } }]);
  expect(choice.names).toEqual(names);
  expect(choice.leftOut.map(({ what, kind }) => [what, kind])).toEqual(
    patterns.map((pattern) => [`the buckets that ${pattern} reaches`, 'not-asked']),
  );
});

test('of more than twenty the first are read, and the answer stays open for the others', () => {
  const document = { Statement: allow(Array.from({ length: 23 }, (_, index) => `arn:aws:s3:::b-${index}`)) };
  const { names, leftOut } = bucketsNamedIn([{ name: 'p', document }]);
  expect(names).toHaveLength(20);
  expect(leftOut).toMatchObject([
    { what: '3 of the 23 buckets that the policies name: b-20, b-21, b-22', kind: 'unknown' },
  ]);
});

test('a document without statements names none', () => {
  expect(bucketsNamedIn([{ name: 'p', document: 'no policy' }])).toEqual({ names: [], leftOut: [] });
});
