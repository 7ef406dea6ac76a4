// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like this
import { describe, expect, it } from 'vitest';
import { compareMatrix, explainMatrix, type Subject } from '../../src/evaluate/matrix/index.ts';
import type { ComparedCell, MatrixCell } from '../../src/model/matrix.ts';
import type { JsonValue } from '../../src/model/policy.ts';
import { BUCKET, document, EVERYTHING, ROLE, SESSION } from './matrix-support.ts';

const OBJECTS = `${BUCKET}/*`;
const KEY = 'arn:aws:kms:us-east-1:111122223333:key/1234';
const FULL = document(...EVERYTHING);

function subject(...statements: readonly JsonValue[]): Subject {
  return { principal: SESSION, identity: [document(...statements)] };
}

function allow(action: string, resource: JsonValue, condition?: JsonValue): JsonValue {
  return {
    Effect: 'Allow',
    Action: action,
    Resource: resource,
    ...(condition === undefined ? {} : { Condition: condition }),
  };
}

function cellOf<Cell extends MatrixCell>(cells: readonly Cell[], action: string, resource: string): Cell {
  const found = cells.find((one) => one.action === action && one.resource === resource);
  if (found === undefined) throw new Error(`no cell for ${action} on ${resource}`);
  return found;
}

function list(condition?: JsonValue): Subject {
  return subject(allow('s3:ListBucket', BUCKET, condition));
}

function compared(actual: Subject, needed: Subject, action = 's3:ListBucket', resource = BUCKET): ComparedCell {
  return cellOf(compareMatrix(actual, { needed }), action, resource);
}

const prefix = (...values: readonly string[]) => ({ StringLike: { 's3:prefix': values } });

/** Conditions of what is there and of what is expected, and whether something is too much or missing. */
const CONDITIONS: readonly (readonly [string, JsonValue | undefined, JsonValue | undefined, boolean, boolean])[] = [
  ['the same', prefix('a/*'), prefix('a/*'), false, false],
  ['the same in another order', prefix('b/*', 'a/*'), prefix('a/*', 'b/*'), false, false],
  [
    'the same in other words',
    prefix('a/*'),
    { StringLikeIfExists: { 's3:prefix': 'a/*' }, Null: { 's3:prefix': 'false' } },
    false,
    false,
  ],
  ['none instead of one', undefined, prefix('a/*'), true, false],
  ['one instead of none', prefix('a/*'), undefined, false, true],
  ['a wider one', prefix('a*'), prefix('a/*'), true, false],
  ['a narrower one', { StringEquals: { 's3:prefix': 'a/b' } }, prefix('a/*'), false, true],
  ['another one', prefix('b/*'), prefix('a/*'), true, true],
  [
    'a number that is larger',
    { NumericLessThan: { 's3:max-keys': '20' } },
    { NumericLessThanEquals: { 's3:max-keys': '10' } },
    true,
    false,
  ],
  [
    'numbers that come to the same',
    { NumericLessThanEquals: { 's3:max-keys': 10 } },
    { NumericLessThanEquals: { 's3:max-keys': '10' } },
    false,
    false,
  ],
  ['two conditions instead of one', { ...prefix('a/*'), Bool: { 's3:authType': 'true' } }, prefix('a/*'), false, true],
  [
    'the same set',
    { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['x', 'y'] } },
    { 'ForAnyValue:StringEquals': { 'aws:tagkeys': ['y', 'x'] } },
    false,
    false,
  ],
  [
    'another set',
    { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['x'] } },
    { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['y'] } },
    true,
    true,
  ],
  [
    'the same address',
    { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } },
    { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } },
    false,
    false,
  ],
  ['the same variable', prefix('${aws:PrincipalTag/team}/*'), prefix('${aws:PrincipalTag/team}/*'), false, false],
];

describe('what is allowed against what is expected', () => {
  it.each(CONDITIONS)('under conditions: %s', (_, actual, needed, excess, missing) => {
    const cell = compared(list(actual), list(needed));
    expect([cell.excess.length > 0, cell.missing.length > 0]).toEqual([excess, missing]);
    expect(cell.needed).toBe(true);
  });

  it('says in which part of the resources, and how', () => {
    const given = subject(allow('s3:GetObject', `${BUCKET}/a*`), allow('s3:GetObject', `${BUCKET}/tmp/*`, prefix('x')));
    const cell = compared(
      given,
      subject(allow('s3:GetObject', [`${BUCKET}/a/*`, `${BUCKET}/b/*`])),
      's3:GetObject',
      OBJECTS,
    );
    expect(cell.excess).toEqual([
      { resources: [`${BUCKET}/a*`], except: [`${BUCKET}/a/*`], decision: 'allow' },
      {
        resources: [`${BUCKET}/tmp/*`],
        decision: 'conditional',
        conditions: ['if StringLike s3:prefix x (policy, statement 1)'],
      },
    ]);
    expect(cell.missing).toEqual([{ resources: [`${BUCKET}/b/*`], decision: 'deny' }]);
  });

  it('says where what is too much is expected all the same', () => {
    expect(compared(list(), list(prefix('a/*'))).excess).toEqual([
      { resources: [BUCKET], decision: 'allow', expectedIf: ['if StringLike s3:prefix a/* (policy, statement 0)'] },
    ]);
    expect(compared(list(prefix('a/*')), list()).missing).toEqual([
      {
        resources: [BUCKET],
        decision: 'conditional',
        conditions: ['if StringLike s3:prefix a/* (policy, statement 0)'],
      },
    ]);
  });

  it('finds conditions that always hold, or never, by what they say together', () => {
    const either = subject(
      allow('s3:ListBucket', BUCKET, prefix('a*')),
      allow('s3:ListBucket', BUCKET, { StringNotLike: { 's3:prefix': 'a*' } }),
    );
    expect(compared(either, list())).toMatchObject({ excess: [], missing: [] });
    const neither = { Effect: 'Deny', Action: '*', Resource: '*', Condition: prefix('a*') };
    const never = subject(allow('s3:ListBucket', BUCKET, prefix('a/*')), neither);
    expect(compared(never, list(prefix('b'))).excess).toEqual([]);
  });

  it('takes for no excess what is tolerated', () => {
    const given = subject(allow('s3:*Object', OBJECTS));
    const [needed, tolerated] = [
      subject(allow('s3:GetObject', OBJECTS)),
      subject(allow('s3:GetObject', OBJECTS), allow('s3:PutObject', `${BUCKET}/x*`)),
    ];
    const cells = compareMatrix(given, { needed, tolerated });
    expect(cellOf(cells, 's3:GetObject', OBJECTS)).toMatchObject({ needed: true, excess: [], missing: [] });
    expect(cellOf(cells, 's3:PutObject', OBJECTS)).toMatchObject({
      needed: false,
      excess: [{ resources: [OBJECTS], except: [`${BUCKET}/x*`] }],
      missing: [],
    });
  });

  it('has a row for what is expected and not allowed at all', () => {
    const cell = compared(subject(allow('s3:GetObject', 'arn:aws:s3:::other/*')), list());
    expect(cell).toMatchObject({
      decision: 'deny',
      needed: true,
      missing: [{ resources: [BUCKET], decision: 'deny' }],
    });
  });
});

describe('what could not be read', () => {
  const reads = subject(allow('s3:GetObject', OBJECTS));
  const get = (more: Partial<Subject>, action = 's3:GetObject') =>
    cellOf(explainMatrix({ ...reads, ...more }), action, OBJECTS);

  it('makes unknown what it may decide, and nothing else', () => {
    const unread = { name: 'the policy of bucket b' };
    const inBucket = { resources: [{ arn: BUCKET, account: '111122223333', policy: unread }] };
    const conditions = ['the policy of bucket b is not known'];
    expect(get(inBucket)).toMatchObject({
      decision: 'unknown',
      parts: [{ decision: 'unknown', conditions, asRead: 'allow' }],
    });
    expect(get(inBucket, 's3:PutObject')).toMatchObject({
      decision: 'unknown',
      parts: [{ conditions, asRead: 'deny' }],
    });
    expect(get({ boundary: unread })).toMatchObject({ decision: 'unknown', parts: [{ asRead: 'allow' }] });
    expect(get({ boundary: unread }, 's3:PutObject')).toMatchObject({ decision: 'deny', parts: [] });
    expect(get({ identity: [...reads.identity, unread] })).toMatchObject({ decision: 'allow' });
    expect(get({ identity: [...reads.identity, unread] }, 's3:PutObject')).toMatchObject({ decision: 'unknown' });
    expect(get({ scps: [[FULL], [FULL, unread]] })).toMatchObject({
      decision: 'unknown',
      parts: [{ asRead: 'allow' }],
    });
    expect(get({ rcps: [unread] })).toMatchObject({ decision: 'unknown' });
  });

  it('does not hide a denial that is certain', () => {
    const deny = { Effect: 'Deny', Action: 's3:*', Resource: OBJECTS };
    expect(
      get({ identity: [document(...EVERYTHING, deny)], resources: [{ arn: BUCKET, policy: { name: 'x' } }] }),
    ).toMatchObject({ decision: 'deny' });
  });

  it('leaves the conditions that there are to the answer as read', () => {
    const given = { ...subject(allow('s3:GetObject', OBJECTS, prefix('x'))), scps: [[FULL, { name: 'unread' }]] };
    expect(cellOf(explainMatrix(given), 's3:GetObject', OBJECTS)).toMatchObject({
      decision: 'unknown',
      parts: [{ conditions: ['unread is not known'], asRead: 'conditional' }],
    });
  });

  it('counts the owner of a bucket', () => {
    const shared = document({ ...(allow('s3:GetObject', `${BUCKET}/shared/*`) as object), Principal: { AWS: ROLE } });
    const other = { arn: BUCKET, account: '444455556666', policy: shared };
    expect(get({ resources: [other] })).toMatchObject({
      decision: 'some',
      parts: [{ resources: [`${BUCKET}/shared/*`] }],
    });
    expect(get({ resources: [{ arn: BUCKET, policy: shared }] }).parts).toEqual([
      {
        resources: [OBJECTS],
        except: [`${BUCKET}/shared/*`],
        decision: 'unknown',
        conditions: [`the owner of ${BUCKET} is not known`],
        asRead: 'allow',
      },
      { resources: [`${BUCKET}/shared/*`], decision: 'allow' },
    ]);
  });

  it('is missing or too much only as far as it is not known', () => {
    const unread = { ...reads, resources: [{ arn: BUCKET, account: '111122223333', policy: { name: 'b' } }] };
    const cells = compareMatrix(unread, { needed: reads });
    expect(cellOf(cells, 's3:GetObject', OBJECTS)).toMatchObject({
      excess: [],
      missing: [{ decision: 'unknown', asRead: 'allow' }],
    });
    expect(cellOf(cells, 's3:PutObject', OBJECTS)).toMatchObject({
      excess: [{ decision: 'unknown', asRead: 'deny' }],
      missing: [],
    });
  });
});

describe('keys whose policy is known', () => {
  const uses = subject(allow('kms:Decrypt', KEY));
  const withPolicy = (...statements: readonly JsonValue[]) =>
    cellOf(explainMatrix({ ...uses, resources: [{ arn: KEY, policy: document(...statements) }] }), 'kms:Decrypt', KEY);

  it('are decided as AWS does', () => {
    const root = { Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'kms:*', Resource: '*' };
    expect(withPolicy(root)).toMatchObject({ decision: 'allow' });
    expect(withPolicy({ ...root, Principal: { AWS: 'arn:aws:iam::111122223333:user/admin' } })).toMatchObject({
      decision: 'deny',
    });
    expect(withPolicy(root, { ...root, Effect: 'Deny', Principal: '*', Action: 'kms:Decrypt' })).toMatchObject({
      decision: 'deny',
      layer: 'key-policy',
    });
  });

  it('allow by themselves whom they name', () => {
    const named = { Effect: 'Allow', Principal: { AWS: ROLE }, Action: 'kms:*', Resource: '*' };
    const cells = explainMatrix({ ...subject(), resources: [{ arn: KEY, policy: document(named) }] });
    expect(cellOf(cells, 'kms:Decrypt', KEY)).toMatchObject({ decision: 'allow', layer: 'key-policy' });
  });
});
