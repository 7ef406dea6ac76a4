// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like this
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePolicy, decide } from '../../src/evaluate/index.ts';
import { compileArnUnits } from '../../src/evaluate/matching.ts';
import { explainMatrix, type Subject } from '../../src/evaluate/matrix/index.ts';
import { readPattern } from '../../src/evaluate/matrix/patterns.ts';
import type { MatrixCell } from '../../src/model/matrix.ts';
import type { JsonValue } from '../../src/model/policy.ts';

const ROLE = 'arn:aws:iam::111122223333:role/app';
const SESSION = 'arn:aws:sts::111122223333:assumed-role/app/run1';
const BUCKET = 'arn:aws:s3:::bucket';

function statement(
  Action: JsonValue,
  Resource: JsonValue,
  more: { readonly [key: string]: JsonValue } = {},
): JsonValue {
  return { Effect: 'Allow', Action, Resource, ...more };
}

function document(...Statement: readonly JsonValue[]): { readonly name: string; readonly document: JsonValue } {
  return { name: 'policy', document: { Version: '2012-10-17', Statement } };
}

function subject(...statements: readonly JsonValue[]): Subject {
  return { principal: SESSION, identity: [document(...statements)] };
}

function cell(cells: readonly MatrixCell[], action: string, resource: string): MatrixCell {
  const found = cells.find((one) => one.action === action && one.resource === resource);
  if (found === undefined) throw new Error(`no cell for ${action} on ${resource}`);
  return found;
}

function matches(pattern: string, resource: string): boolean {
  const parts = readPattern(pattern, true)?.parts;
  if (parts === undefined) return false;
  const units = parts.flatMap((part, index) => (index === 0 ? part : [58, ...part]));
  return pattern === '*' || compileArnUnits(units)?.(resource) === true;
}

/** What a cell says about one resource. */
function said(one: MatrixCell, resource: string): 'allow' | 'conditional' | 'deny' {
  const found = one.parts.filter(
    ({ resources, except }) =>
      resources.some((pattern) => matches(pattern, resource)) &&
      except?.some((pattern) => matches(pattern, resource)) !== true,
  );
  if (found.some(({ decision }) => decision === 'allow')) return 'allow';
  return found.length > 0 ? 'conditional' : 'deny';
}

describe('the matrix', () => {
  it('answers with patterns: some objects, under a prefix', () => {
    const cells = explainMatrix(subject(statement('s3:GetObject', `${BUCKET}/Client123/*`)));
    expect(cell(cells, 's3:GetObject', `${BUCKET}/*`)).toMatchObject({
      decision: 'some',
      parts: [{ resources: [`${BUCKET}/Client123/*`], decision: 'allow' }],
    });
    expect(cell(cells, 's3:PutObject', `${BUCKET}/*`)).toMatchObject({ decision: 'deny', parts: [] });
  });

  it('intersects patterns that overlap', () => {
    const boundary = document(statement('*', `${BUCKET}/*.csv`));
    const cells = explainMatrix({ ...subject(statement('s3:GetObject', `${BUCKET}/2024*`)), boundary });
    expect(cell(cells, 's3:GetObject', `${BUCKET}/*`).parts).toEqual([
      { resources: [`${BUCKET}/2024*.csv`], decision: 'allow' },
    ]);
  });

  it('leaves out what a Deny takes away', () => {
    const cells = explainMatrix(
      subject(statement('s3:*', '*'), statement('s3:DeleteObject', `${BUCKET}/keep/*`, { Effect: 'Deny' })),
    );
    expect(cell(cells, 's3:DeleteObject', `${BUCKET}/*`)).toMatchObject({
      decision: 'some',
      parts: [{ resources: [`${BUCKET}/*`], except: [`${BUCKET}/keep/*`], decision: 'allow' }],
    });
    expect(cell(cells, 's3:GetObject', `${BUCKET}/*`)).toMatchObject({ decision: 'allow' });
  });

  it('names the conditions that an answer depends on', () => {
    const Condition = { StringLike: { 's3:prefix': ['a/*', 'b/*'] } };
    const cells = explainMatrix(subject(statement('s3:ListBucket', BUCKET, { Sid: 'List', Condition })));
    expect(cell(cells, 's3:ListBucket', BUCKET)).toMatchObject({
      decision: 'conditional',
      parts: [{ conditions: ['if StringLike s3:prefix a/* or b/* (policy, statement List)'] }],
    });
  });

  it('answers conditions whose key is known', () => {
    const bucketPolicies = [
      document(
        statement('s3:*', [BUCKET, `${BUCKET}/*`], {
          Effect: 'Deny',
          Principal: '*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      ),
    ];
    const given = { ...subject(statement('s3:GetObject', `${BUCKET}/*`)), bucketPolicies };
    expect(cell(explainMatrix(given), 's3:GetObject', `${BUCKET}/*`)).toMatchObject({ decision: 'conditional' });
    const secure = explainMatrix({ ...given, context: { 'aws:SecureTransport': 'true' } });
    expect(cell(secure, 's3:GetObject', `${BUCKET}/*`)).toMatchObject({ decision: 'allow' });
  });

  it('says that the policies of keys and roles have a say too', () => {
    const key = 'arn:aws:kms:us-east-1:111122223333:key/1234';
    const cells = explainMatrix(subject(statement('kms:Decrypt', key), statement('sts:AssumeRole', ROLE)));
    expect(cell(cells, 'kms:Decrypt', key).parts[0]?.conditions).toEqual(["the key's policy must allow it too"]);
    expect(cell(cells, 'sts:AssumeRole', ROLE).parts[0]?.conditions).toEqual([
      "the role's trust policy must allow it too",
    ]);
    expect(cell(cells, 'kms:Encrypt', key).decision).toBe('deny');
  });

  it('does not take objects for buckets', () => {
    const cells = explainMatrix(subject(statement('s3:*', 'arn:aws:s3:::bucket*')));
    expect(cell(cells, 's3:ListBucket', 'arn:aws:s3:::bucket*')).toMatchObject({ decision: 'allow' });
    expect(cell(cells, 's3:GetObject', 'arn:aws:s3:::bucket*/*')).toMatchObject({ decision: 'allow' });
    const objects = explainMatrix(subject(statement('s3:*', `${BUCKET}/*`)));
    expect(cell(objects, 's3:ListBucket', BUCKET)).toMatchObject({ decision: 'deny' });
  });

  it('fills in variables of the caller, and leaves those that are not known open', () => {
    const user = {
      ...subject(statement('s3:GetObject', `${BUCKET}/\${aws:username}/*`)),
      principal: 'arn:aws:iam::111122223333:user/al*ce',
    };
    expect(cell(explainMatrix(user), 's3:GetObject', `${BUCKET}/*`).parts).toEqual([
      { resources: [`${BUCKET}/al\${*}ce/*`], decision: 'allow' },
    ]);
    expect(cell(explainMatrix({ ...user, principal: SESSION }), 's3:GetObject', `${BUCKET}/*`).parts).toEqual([]);
    const tag = subject(statement('s3:GetObject', `${BUCKET}/\${aws:PrincipalTag/team}/*`));
    expect(cell(explainMatrix(tag), 's3:GetObject', `${BUCKET}/*`).parts).toEqual([
      {
        resources: [`${BUCKET}/*/*`],
        decision: 'conditional',
        conditions: ['if the value of ${aws:principaltag/team} (policy, statement 0)'],
      },
    ]);
  });

  it('leaves open whom a Principal means when the caller is not known', () => {
    const bucketPolicies = [document(statement('s3:GetObject', `${BUCKET}/*`, { Principal: { AWS: ROLE } }))];
    const cells = explainMatrix({ identity: [], bucketPolicies });
    expect(cell(cells, 's3:GetObject', `${BUCKET}/*`)).toMatchObject({ decision: 'conditional' });
    const known = explainMatrix({ identity: [], bucketPolicies, principal: SESSION });
    expect(cell(known, 's3:GetObject', `${BUCKET}/*`)).toMatchObject({ decision: 'allow', layer: 'resource' });
  });

  it('refuses patterns beyond telling apart, soon', () => {
    const patterns = Array.from(
      { length: 30 },
      (_, n) => `${BUCKET}/${`*${String.fromCharCode(97 + (n % 26))}?${n}`.repeat(20)}*`,
    );
    const start = performance.now();
    expect(() => explainMatrix(subject(statement('s3:GetObject', patterns)))).toThrow('too many wildcards');
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

const ACTIONS = ['s3:GetObject', 's3:PutObject', 's3:ListBucket', 's3:ListAllMyBuckets'];
const OBJECTS = ['', 'a', 'b', 'ab', 'a/b', 'a/b:c', 'ba/', 'a*', 'aab', 'xyz/ab', 'red/a'].map(
  (key) => `${BUCKET}/${key}`,
);
const BUCKETS = [BUCKET, `${BUCKET}-2`, 'arn:aws:s3:::other'];
const RESOURCES = [
  '*',
  BUCKET,
  `${BUCKET}*`,
  `${BUCKET}/*`,
  `${BUCKET}/a*`,
  `${BUCKET}/*b`,
  `${BUCKET}/*a*b*`,
  `${BUCKET}/a?b*`,
  `${BUCKET}/?`,
  `${BUCKET}/a\${*}`,
  'arn:*:s3:::buck?t/a*',
  'arn:aws:s3:::*/ab',
  `${BUCKET}/\${aws:PrincipalTag/team}/*`,
  `${BUCKET}/\${aws:username}*`,
  `${BUCKET}/\${aws:PrincipalTag/team, 'a'}*`,
  `${BUCKET}/\${aws:PrincipalType}`,
  'arn:aws:s3:::b${unclosed',
  'arn:aws:s3*',
];
const CONDITIONS: readonly JsonValue[] = [
  { StringEquals: { 'aws:PrincipalTag/team': 'red' } },
  { StringNotEquals: { 'aws:PrincipalTag/team': 'red' } },
  { StringLike: { 's3:prefix': '${aws:PrincipalTag/team}*' } },
  { Bool: { 'aws:SecureTransport': 'true' } },
  { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/*' } },
  { Null: { 'aws:PrincipalTag/team': 'true' } },
  { StringEquals: { 'aws:PrincipalType': 'User' }, Bool: { 'aws:SecureTransport': 'false' } },
  { NoSuchOperator: { 'aws:username': 'x' } },
];
const PRINCIPALS: readonly JsonValue[] = [
  '*',
  { AWS: ROLE },
  { AWS: SESSION },
  { AWS: '111122223333' },
  { AWS: 'arn:aws:iam::111122223333:user/bob' },
];

function statements(withPrincipal: boolean): fc.Arbitrary<JsonValue> {
  const list = (values: readonly string[]) =>
    fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 });
  return fc
    .record({
      Effect: fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny'),
      action: list(['s3:*', 's3:GetObject', 's3:*Object', 's3:List*', '*']),
      notAction: fc.nat(9),
      resource: list(RESOURCES),
      notResource: fc.nat(5),
      condition: fc.option(fc.constantFrom(...CONDITIONS), { nil: undefined, freq: 2 }),
      principal: fc.constantFrom(...PRINCIPALS),
      notPrincipal: fc.nat(9),
    })
    .map((given) => ({
      Effect: given.Effect,
      [given.notAction === 0 ? 'NotAction' : 'Action']: given.action,
      [given.notResource === 0 ? 'NotResource' : 'Resource']: given.resource,
      ...(given.condition === undefined ? {} : { Condition: given.condition }),
      ...(withPrincipal ? { [given.notPrincipal === 0 ? 'NotPrincipal' : 'Principal']: given.principal } : {}),
    }));
}

function documents(withPrincipal: boolean, maxLength = 3): fc.Arbitrary<JsonValue> {
  return fc
    .record({
      version: fc.constantFrom('2012-10-17', '2012-10-17', '2012-10-17', '2008-10-17'),
      statements: fc.array(statements(withPrincipal), { minLength: 1, maxLength }),
    })
    .map(({ version, statements: list }) => ({ Version: version, Statement: list }));
}

const CONTEXTS = [undefined, 'red', 'a', 'b'].flatMap((team) =>
  ['true', 'false'].flatMap((secure) =>
    ['', 'red/x'].map((prefix) => ({
      ...(team === undefined ? {} : { 'aws:PrincipalTag/team': team }),
      'aws:SecureTransport': secure,
      's3:prefix': prefix,
    })),
  ),
);

describe('the matrix against every request, decided one by one', () => {
  const given = fc.record({
    identity: fc.array(documents(false), { minLength: 1, maxLength: 2 }),
    boundary: fc.option(documents(false), { nil: undefined, freq: 2 }),
    bucketPolicy: fc.option(documents(true), { nil: undefined, freq: 2 }),
    principal: fc.constantFrom(SESSION, SESSION, 'arn:aws:iam::111122223333:user/bob'),
    bucketAccount: fc.constantFrom('111122223333', '111122223333', '444455556666'),
    callerIsKnown: fc.boolean(),
  });

  it('says allow only where every context allows, and deny only where none does', () => {
    fc.assert(
      fc.property(given, ({ identity, boundary, bucketPolicy, principal, bucketAccount, callerIsKnown }) => {
        const name = (document: JsonValue, index = 0) => ({ name: `p${index}`, document });
        const cells = explainMatrix({
          ...(callerIsKnown ? { principal, bucketAccount } : {}),
          identity: identity.map(name),
          ...(boundary === undefined ? {} : { boundary: name(boundary) }),
          ...(bucketPolicy === undefined ? {} : { bucketPolicies: [name(bucketPolicy)] }),
        });
        const policies = {
          identity: identity.map((one) => compilePolicy(one, { name: 'i', kind: 'identity' })),
          ...(boundary === undefined ? {} : { boundary: compilePolicy(boundary, { name: 'b', kind: 'boundary' }) }),
          ...(bucketPolicy === undefined
            ? {}
            : { resource: compilePolicy(bucketPolicy, { name: 'r', kind: 'bucket' }) }),
        };
        for (const one of cells.filter(({ action }) => ACTIONS.includes(action))) {
          const candidates = one.kind === 'none' ? ['*'] : one.kind === 's3:bucket' ? BUCKETS : OBJECTS;
          for (const resource of candidates) {
            if (!matches(one.resource, resource)) continue;
            const answers = new Set(
              CONTEXTS.map((context) => {
                const resourceAccount = callerIsKnown ? bucketAccount : '111122223333';
                const request = { principal, action: one.action, resource, resourceAccount, context };
                return decide(request, policies).decision === 'allow';
              }),
            );
            const answer = said(one, resource);
            const where = `${one.action} on ${resource} in ${one.resource}`;
            if (answer === 'allow') expect([...answers], where).toEqual([true]);
            if (answer === 'deny') expect([...answers], where).toEqual([false]);
          }
        }
      }),
      { numRuns: 30 },
    );
  }, 30_000);

  it('leaves nothing open when nothing depends on the context', () => {
    const plain = fc
      .array(
        fc.record({
          Effect: fc.constantFrom('Allow', 'Deny'),
          Action: fc.constantFrom('s3:*', 's3:GetObject'),
          Resource: fc.uniqueArray(fc.constantFrom(...RESOURCES.slice(0, 12)), { minLength: 1, maxLength: 3 }),
        }),
        { minLength: 1, maxLength: 5 },
      )
      .map((list) => document(...list));
    fc.assert(
      fc.property(plain, fc.option(plain, { nil: undefined }), (identity, boundary) => {
        const cells = explainMatrix({
          principal: SESSION,
          identity: [identity],
          ...(boundary === undefined ? {} : { boundary }),
        });
        const policies = {
          identity: [compilePolicy(identity.document, { name: 'i', kind: 'identity' })],
          ...(boundary === undefined
            ? {}
            : { boundary: compilePolicy(boundary.document, { name: 'b', kind: 'boundary' }) }),
        };
        for (const one of cells.filter(({ action }) => action === 's3:GetObject')) {
          for (const resource of OBJECTS.filter((object) => matches(one.resource, object))) {
            const request = {
              principal: SESSION,
              action: one.action,
              resource,
              resourceAccount: '111122223333',
              context: {},
            };
            expect(said(one, resource), `${resource} in ${one.resource}`).toBe(
              decide(request, policies).decision === 'allow' ? 'allow' : 'deny',
            );
          }
        }
      }),
      { numRuns: 30 },
    );
  }, 30_000);
});
