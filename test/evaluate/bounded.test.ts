import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideBounded, evaluateCase, type PolicySource, type PolicySources } from '../../src/evaluate/index.ts';
import type { EvaluationCase, RequestContext } from '../../src/model/decision.ts';
import type { JsonValue } from '../../src/model/policy.ts';
import { evaluationCase } from './arbitraries.ts';

const KEYS = ['aws:PrincipalTag/team', 's3:prefix', 'aws:SecureTransport', 'aws:SourceIp'] as const;

const named = (documents: readonly JsonValue[], name: string): readonly PolicySource[] =>
  documents.map((document, index) => ({ name: `${name}[${index}]`, document }));

function sourcesOf(given: EvaluationCase): PolicySources {
  const { identityPolicies, resourcePolicy, boundary, scps, rcps } = given;
  return {
    identity: named(identityPolicies, 'identity'),
    ...(resourcePolicy === undefined
      ? {}
      : { resource: { name: 'resource', document: resourcePolicy, kind: 'bucket' } }),
    ...(boundary === undefined ? {} : { boundary: { name: 'boundary', document: boundary } }),
    ...(scps === undefined ? {} : { scps: scps.map((level) => named(level as readonly JsonValue[], 'scp')) }),
    ...(rcps === undefined ? {} : { rcps: named(rcps, 'rcp') }),
  };
}

function requestOf({ request, resourceAccount }: EvaluationCase, context: RequestContext) {
  const { principal, action, resource } = request;
  return { principal, action, resource, context, ...(resourceAccount === undefined ? {} : { resourceAccount }) };
}

/** Session policies are no part of what can be read. */
const withoutSession = evaluationCase.map(({ sessionPolicies: _, ...rest }) => rest);

describe('a decision of which the context is known in part', () => {
  it('is the decision, when all of the context is known', () => {
    fc.assert(
      fc.property(withoutSession, (given) => {
        const context = given.request.context ?? {};
        const bounded = decideBounded(requestOf(given, context), sourcesOf(given), { isKnown: () => true });
        const decided = evaluateCase(given);
        expect(bounded.decision).toBe(decided.decision === 'allow' ? 'allow' : 'deny');
        expect(bounded.reasons).toEqual([]);
      }),
      { numRuns: 600 },
    );
  });

  it('holds for every value that the unknown keys can have, and is open only where something is', () => {
    const values = fc.record(
      {
        'aws:PrincipalTag/team': fc.constantFrom('red', 'blue'),
        's3:prefix': fc.constantFrom('', 'red'),
        'aws:SecureTransport': fc.constantFrom('true', 'false'),
        'aws:SourceIp': fc.constantFrom('10.1.2.3', '203.0.113.9'),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        withoutSession,
        fc.subarray([...KEYS]),
        fc.array(values, { minLength: 4, maxLength: 8 }),
        (given, unknown, worlds) => {
          const lower = unknown.map((key) => key.toLowerCase());
          const known = Object.fromEntries(
            Object.entries(given.request.context ?? {}).filter(([key]) => !lower.includes(key.toLowerCase())),
          );
          const bounded = decideBounded(requestOf(given, known), sourcesOf(given), {
            isKnown: (key) => !lower.includes(key),
          });
          if (bounded.decision === 'open') {
            expect(bounded.reasons.length).toBeGreaterThan(0);
            return;
          }
          for (const world of worlds) {
            const more = Object.fromEntries(Object.entries(world).filter(([key]) => lower.includes(key.toLowerCase())));
            const context = { ...known, ...more };
            const decided = evaluateCase({ ...given, request: { ...given.request, context } });
            expect(bounded.decision).toBe(decided.decision === 'allow' ? 'allow' : 'deny');
          }
        },
      ),
      { numRuns: 600 },
    );
  });
});

const request = {
  principal: 'arn:aws:sts::111122223333:assumed-role/app/run',
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::bucket/key',
  context: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/app' },
};
const everything = { isKnown: () => true };
const allow = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' } };

describe('a policy that could not be read', () => {
  it.each<[string, PolicySources, string]>([
    ['of the principal may be the one that allows', { identity: [{ name: 'unread' }] }, 'open'],
    [
      'of the principal is not needed where another allows',
      { identity: [{ name: 'unread' }, { name: 'read', document: allow }] },
      'allow',
    ],
    [
      'of the bucket may deny',
      { identity: [{ name: 'read', document: allow }], resource: { name: 'unread', kind: 'bucket' } },
      'open',
    ],
    [
      'as the boundary may leave it out',
      { identity: [{ name: 'read', document: allow }], boundary: { name: 'unread' } },
      'open',
    ],
  ])('%s', (_name, sources, expected) => {
    const bounded = decideBounded(request, sources, everything);
    expect(bounded.decision).toBe(expected);
    expect(bounded.reasons).toEqual(expected === 'open' ? [{ kind: 'unread', policy: 'unread' }] : []);
  });

  it('does not matter where another one denies', () => {
    const deny = { Version: '2012-10-17', Statement: { Sid: 'No', Effect: 'Deny', Action: '*', Resource: '*' } };
    const bounded = decideBounded(
      request,
      { identity: [{ name: 'unread' }, { name: 'read', document: deny }] },
      everything,
    );
    expect(bounded).toMatchObject({
      decision: 'deny',
      explanation: { decision: { statement: { policy: 'read', index: 0, sid: 'No' } } },
    });
  });
});

describe('a caller of whom only the account is known', () => {
  const trust = (principal: string, effect = 'Allow'): PolicySources => ({
    identity: [
      { name: 'own', document: { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } } },
    ],
    resource: {
      name: 'trust',
      kind: 'trust',
      document: {
        Version: '2012-10-17',
        Statement: [
          { Effect: effect, Principal: { AWS: principal }, Action: 'sts:AssumeRole' },
          ...(effect === 'Deny'
            ? [{ Effect: 'Allow', Principal: { AWS: '031871504755' }, Action: 'sts:AssumeRole' }]
            : []),
        ],
      },
    },
  });
  const assume = {
    principal: 'arn:aws:iam::031871504755:root',
    action: 'sts:AssumeRole',
    resource: 'arn:aws:iam::111122223333:role/app',
    context: {},
  };
  it.each([
    ['arn:aws:iam::031871504755:root', 'Allow', 'allow'],
    ['031871504755', 'Allow', 'allow'],
    ['arn:aws:iam::031871504755:role/loader', 'Allow', 'open'],
    ['arn:aws:iam::444455556666:role/loader', 'Allow', 'deny'],
    ['arn:aws:iam::031871504755:role/loader', 'Deny', 'open'],
    ['arn:aws:iam::444455556666:role/loader', 'Deny', 'allow'],
  ])('%s with %s is %s', (principal, effect, expected) => {
    expect(decideBounded(assume, trust(principal, effect), { ...everything, isSomebody: true }).decision).toBe(
      expected,
    );
  });
});
