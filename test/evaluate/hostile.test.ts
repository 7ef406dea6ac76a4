// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like this
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePolicy, decide, evaluateCase, explainCase, readCase, splitCases } from '../../src/evaluate/index.ts';
import { explainMatrix } from '../../src/evaluate/matrix/index.ts';
import { KitError } from '../../src/model/errors.ts';
import type { JsonValue, PolicyKind } from '../../src/model/policy.ts';

const KINDS: readonly PolicyKind[] = ['identity', 'trust', 'bucket', 'boundary', 'scp', 'rcp', 'session', 'key'];
const REQUEST = {
  principal: 'arn:aws:iam::111122223333:user/alice',
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::bucket/key',
  resourceAccount: '111122223333',
  context: { 'aws:PrincipalTag/team': 'red' },
};

const ELEMENTS = [
  'Version',
  'Id',
  'Statement',
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
  'StringEquals',
  'StringLike',
  'Bool',
  'Null',
  'IpAddress',
  'DateLessThan',
  'NumericEquals',
  'ArnLike',
  'BinaryEquals',
  'ForAllValues:StringLike',
  'AWS',
  'Service',
  'aws:PrincipalTag/team',
  '__proto__',
  'constructor',
  'toString',
];
const TEXTS = [
  'Allow',
  'Deny',
  '*',
  '2012-10-17',
  's3:*',
  'arn:aws:s3:::*',
  '${',
  '${}',
  '${aws:username}',
  '${*}',
  'a*',
  '::1/64',
  '2026-01-01',
  '1',
  'true',
  '',
];

/** JSON that looks like policies now and then. */
const { json } = fc.letrec<{ json: JsonValue }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constantFrom<JsonValue>(...TEXTS, null, true, 0),
    fc.string(),
    fc.array(tie('json'), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.oneof(fc.constantFrom(...ELEMENTS), fc.string()), tie('json')), { maxLength: 6 })
      .map(
        (entries): JsonValue =>
          JSON.parse(`{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`),
      ),
  ),
}));

describe('documents from anyone', () => {
  it('compile and are decided without an exception', () => {
    fc.assert(
      fc.property(json, fc.constantFrom(...KINDS), (document, kind) => {
        const policy = compilePolicy(document, { name: 'hostile', kind });
        decide(REQUEST, {
          identity: [policy],
          resource: policy,
          boundary: policy,
          session: [policy],
          scps: [[policy]],
          rcps: [policy],
        });
      }),
      { numRuns: 4000 },
    );
  });

  it('are explained as a matrix, or refused with words', () => {
    fc.assert(
      fc.property(json, json, fc.boolean(), (document, other, known) => {
        const name = 'hostile';
        try {
          explainMatrix({
            ...(known ? { principal: REQUEST.principal } : {}),
            identity: [{ name, document }],
            boundary: { name: 'boundary', document: other },
            bucketPolicies: [{ name: 'bucket', document: other }],
          });
        } catch (error) {
          if (!(error instanceof KitError)) throw error;
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are read as cases from any text, or refused with words', async () => {
    const almost = fc.record({
      request: fc.oneof(json, fc.constant<JsonValue>(REQUEST)),
      identityPolicies: fc.oneof(
        json,
        json.map((document): JsonValue => [document]),
      ),
      scps: json,
      resourcePolicy: json,
    });
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...'{}[],:"\\ae1-. \n') }),
      almost.map((given) => JSON.stringify(given)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 3 }), async (texts) => {
        const chunks = (async function* () {
          yield* texts;
        })();
        try {
          for await (const raw of splitCases(chunks, 'input').cases) explainCase(readCase(raw, 'input'));
        } catch (error) {
          if (!(error instanceof KitError)) throw error;
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('never grant by a statement that has an element which is not known', () => {
    fc.assert(
      fc.property(fc.string(), json, (element, value) => {
        fc.pre(!ELEMENTS.slice(0, 12).includes(element));
        const statement = JSON.parse(
          `{"Effect":"Allow","Action":"*","Resource":"*",${JSON.stringify(element)}:${JSON.stringify(value)}}`,
        );
        const { decision, unknown } = evaluateCase({
          request: REQUEST,
          identityPolicies: [{ Version: '2012-10-17', Statement: [statement] }],
        });
        expect(decision).toBe('implicitDeny');
        expect(unknown).toHaveLength(1);
      }),
      { numRuns: 1000 },
    );
  });

  it('take __proto__ and constructor for data', () => {
    const document = JSON.parse(
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"__proto__":"a","constructor":"b"}}}]}',
    );
    const context = JSON.parse('{"__proto__":"a","constructor":"b"}');
    const given = { request: { ...REQUEST, context }, identityPolicies: [document] };
    expect(evaluateCase(given).decision).toBe('allow');
    expect(evaluateCase({ ...given, request: { ...REQUEST, context: {} } })).toEqual({
      decision: 'implicitDeny',
      layer: 'identity',
      missingContextKeys: ['__proto__', 'constructor'],
    });
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  it('do not inherit a statement from a prototype', () => {
    const document = JSON.parse('{"__proto__":{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}}');
    expect(evaluateCase({ request: REQUEST, identityPolicies: [document] }).decision).not.toBe('allow');
  });

  it('are decided in time that grows with their size only', () => {
    const statement = (index: number): JsonValue => ({
      Effect: 'Allow',
      Action: Array.from({ length: 100 }, (_, at) => `s3:Action${index}x${at}*`),
      Resource: `arn:aws:s3:::bucket-${index}/*`,
    });
    const Statement = Array.from({ length: 1000 }, (_, index) => statement(index));
    const start = performance.now();
    expect(evaluateCase({ request: REQUEST, identityPolicies: [{ Version: '2012-10-17', Statement }] }).decision).toBe(
      'implicitDeny',
    );
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it('with a variable of any length are decided in bounded time', () => {
    const Resource = 'arn:aws:s3:::*${aws:PrincipalTag/team}*${aws:PrincipalTag/team}b';
    const context = { 'aws:PrincipalTag/team': 'a'.repeat(4000) };
    const start = performance.now();
    const request = { ...REQUEST, context, resource: `arn:aws:s3:::${'a'.repeat(8100)}` };
    const statement = { Effect: 'Allow', Action: '*', Resource };
    expect(
      evaluateCase({ request, identityPolicies: [{ Version: '2012-10-17', Statement: [statement] }] }).decision,
    ).toBe('implicitDeny');
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it('with a pattern or a value that is too long fail closed', () => {
    const long = `arn:aws:s3:::${'a*'.repeat(1200)}`;
    const evaluate = (Effect: 'Allow' | 'Deny', Condition: JsonValue, Resource: string, team: string) =>
      evaluateCase({
        request: { ...REQUEST, context: { 'aws:PrincipalTag/team': team } },
        identityPolicies: [
          { Version: '2012-10-17', Statement: [{ Effect, Action: '*', Resource, Condition }] },
          {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: Effect === 'Deny' ? '*' : 'ec2:*', Resource: '*' }],
          },
        ],
      }).decision;
    expect(evaluate('Allow', {}, long, 'red')).toBe('implicitDeny');
    expect(evaluate('Deny', {}, long, 'red')).toBe('explicitDeny');
    const like = { StringNotLike: { 'aws:PrincipalTag/team': 'b*' } };
    expect(evaluate('Allow', like, '*', 'r'.repeat(9000))).toBe('implicitDeny');
    expect(evaluate('Deny', like, '*', 'b'.repeat(9000))).toBe('explicitDeny');
  });
});
