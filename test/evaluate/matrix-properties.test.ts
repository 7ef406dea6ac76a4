// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like this
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePolicy, decide } from '../../src/evaluate/index.ts';
import { explainMatrix } from '../../src/evaluate/matrix/index.ts';
import type { JsonValue, PolicyKind } from '../../src/model/policy.ts';
import { BUCKET, document, EVERYTHING, FULL, matches, ROLE, SESSION, said } from './matrix-support.ts';

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

/** Documents that take something away from everything, or allow a part of it. */
const limits: fc.Arbitrary<JsonValue> = fc.tuple(documents(false, 2), fc.boolean()).map(([one, full]) => {
  const { Version, Statement } = one as { readonly [key: string]: JsonValue };
  const own = Statement as readonly JsonValue[];
  return { Version: Version ?? '2012-10-17', Statement: full ? [...own, ...EVERYTHING] : own };
});

/** As a resource control policy, whose Principal is always everyone. */
function forEveryone(document: JsonValue): JsonValue {
  const { Version, Statement } = document as { readonly [key: string]: JsonValue };
  const each = (Statement as readonly JsonValue[]).map((one) => {
    const { NotPrincipal: _, ...rest } = one as { readonly [key: string]: JsonValue };
    return { ...rest, Principal: '*' };
  });
  return { Version: Version ?? '2012-10-17', Statement: each };
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
    session: fc.option(limits, { nil: undefined, freq: 2 }),
    scps: fc.option(fc.array(fc.tuple(limits), { minLength: 1, maxLength: 2 }), { nil: undefined, freq: 2 }),
    rcps: fc.option(fc.tuple(documents(true, 1).map(forEveryone)), { nil: undefined, freq: 2 }),
    principal: fc.constantFrom(SESSION, SESSION, 'arn:aws:iam::111122223333:user/bob'),
    bucketAccount: fc.constantFrom('111122223333', '111122223333', '444455556666'),
    callerIsKnown: fc.boolean(),
  });

  it('says allow only where every context allows, and deny only where none does', () => {
    fc.assert(
      fc.property(given, (drawn) => {
        const { identity, boundary, session, scps, rcps, bucketPolicy, principal, bucketAccount, callerIsKnown } =
          drawn;
        const name = (document: JsonValue, index = 0) => ({ name: `p${index}`, document });
        const cells = explainMatrix({
          ...(callerIsKnown ? { principal, bucketAccount } : {}),
          identity: identity.map(name),
          ...(boundary === undefined ? {} : { boundary: name(boundary) }),
          ...(session === undefined ? {} : { session: [name(session)] }),
          ...(scps === undefined ? {} : { scps: scps.map((level) => level.map(name)) }),
          ...(rcps === undefined ? {} : { rcps: rcps.map(name) }),
          ...(bucketPolicy === undefined ? {} : { bucketPolicies: [name(bucketPolicy)] }),
        });
        const policies = {
          identity: identity.map((one) => compilePolicy(one, { name: 'i', kind: 'identity' })),
          ...(boundary === undefined ? {} : { boundary: compilePolicy(boundary, { name: 'b', kind: 'boundary' }) }),
          ...(session === undefined ? {} : { session: [compilePolicy(session, { name: 's', kind: 'session' })] }),
          ...(scps === undefined
            ? {}
            : { scps: scps.map((level) => level.map((policy) => compilePolicy(policy, { name: 'o', kind: 'scp' }))) }),
          ...(rcps === undefined
            ? {}
            : { rcps: rcps.map((policy) => compilePolicy(policy, { name: 'c', kind: 'rcp' })) }),
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
      { numRuns: 20 },
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
    const wide = fc
      .tuple(plain, fc.boolean())
      .map(([{ document: one }, full]) =>
        document(...(one as { Statement: readonly JsonValue[] }).Statement, ...(full ? EVERYTHING : [])),
      );
    const maybe = fc.option(wide, { nil: undefined, freq: 2 });
    const drawn = fc.record({ identity: wide, boundary: maybe, session: maybe, scp: maybe, rcp: maybe });
    fc.assert(
      fc.property(drawn, ({ identity, boundary, session, scp, rcp }) => {
        const control = rcp === undefined ? undefined : { name: rcp.name, document: forEveryone(rcp.document) };
        const cells = explainMatrix({
          principal: SESSION,
          identity: [identity],
          ...(boundary === undefined ? {} : { boundary }),
          ...(session === undefined ? {} : { session: [session] }),
          ...(scp === undefined ? {} : { scps: [[{ name: 'full', document: FULL }], [scp]] }),
          ...(control === undefined ? {} : { rcps: [control] }),
        });
        const compiled = (kind: PolicyKind, { document: one }: { readonly document: JsonValue }) =>
          compilePolicy(one, { name: kind, kind });
        const policies = {
          identity: [compiled('identity', identity)],
          ...(boundary === undefined ? {} : { boundary: compiled('boundary', boundary) }),
          ...(session === undefined ? {} : { session: [compiled('session', session)] }),
          ...(scp === undefined ? {} : { scps: [[compiled('scp', scp)]] }),
          ...(control === undefined ? {} : { rcps: [compiled('rcp', control)] }),
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
      { numRuns: 60 },
    );
  }, 30_000);
});
