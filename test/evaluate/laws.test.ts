import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateCase } from '../../src/evaluate/index.ts';
import type { EvaluationCase } from '../../src/model/decision.ts';
import type { JsonValue } from '../../src/model/policy.ts';
import { evaluationCase, statement } from './arbitraries.ts';

type Statement = { readonly [key: string]: JsonValue };

const RUNS = { numRuns: 1000 };
/** For laws about requests that are allowed, which are one in ten. */
const FEW_RUNS = { numRuns: 300 };

function statements(document: JsonValue): readonly Statement[] {
  return (document as { readonly Statement: readonly Statement[] }).Statement;
}

function documentOf(list: readonly Statement[]): JsonValue {
  return { Version: '2012-10-17', Statement: list };
}

/** The case with each of its documents changed. */
function mapDocuments(given: EvaluationCase, change: (document: JsonValue) => JsonValue): EvaluationCase {
  const { resourcePolicy, boundary, sessionPolicies, scps, rcps } = given;
  const list = (documents: readonly JsonValue[]): readonly JsonValue[] => documents.map(change);
  return {
    ...given,
    identityPolicies: list(given.identityPolicies),
    ...(resourcePolicy === undefined ? {} : { resourcePolicy: change(resourcePolicy) }),
    ...(boundary === undefined ? {} : { boundary: change(boundary) }),
    ...(sessionPolicies === undefined ? {} : { sessionPolicies: list(sessionPolicies) }),
    ...(scps === undefined ? {} : { scps: scps.map((level) => list(level as readonly JsonValue[])) }),
    ...(rcps === undefined ? {} : { rcps: list(rcps) }),
  };
}

const denyAll: Statement = { Effect: 'Deny', Action: '*', Resource: '*' };

/** A place in a case to which a statement can be added, where there is one. */
const PLACES = ['identity', 'resource', 'boundary', 'session', 'scp', 'rcp'] as const;

function add(given: EvaluationCase, place: (typeof PLACES)[number], extra: Statement): EvaluationCase | undefined {
  const put = (document: JsonValue): JsonValue => documentOf([...statements(document), extra]);
  const first = (documents: readonly JsonValue[]): readonly JsonValue[] =>
    documents.map((document, index) => (index === 0 ? put(document) : document));
  const { resourcePolicy, boundary, sessionPolicies = [], scps = [], rcps = [] } = given;
  switch (place) {
    case 'identity':
      return { ...given, identityPolicies: [...given.identityPolicies, documentOf([extra])] };
    case 'resource':
      return resourcePolicy === undefined ? undefined : { ...given, resourcePolicy: put(resourcePolicy) };
    case 'boundary':
      return boundary === undefined ? undefined : { ...given, boundary: put(boundary) };
    case 'session':
      return sessionPolicies.length === 0 ? undefined : { ...given, sessionPolicies: first(sessionPolicies) };
    case 'scp': {
      const [level] = scps;
      if (level === undefined) return undefined;
      return { ...given, scps: [[...(level as readonly JsonValue[]), documentOf([extra])], ...scps.slice(1)] };
    }
    case 'rcp':
      return { ...given, rcps: [...rcps, documentOf([extra])] };
  }
}

/** SCPs do not bind services and anonymous callers. */
function isOutsider({ request }: EvaluationCase): boolean {
  return !request.principal.startsWith('arn:');
}

describe('laws of evaluation', () => {
  it('lets a Deny that applies win in every layer', () => {
    fc.assert(
      fc.property(evaluationCase, fc.constantFrom(...PLACES), (given, place) => {
        fc.pre(!(place === 'scp' && isOutsider(given)));
        const withPrincipal = place === 'resource' || place === 'rcp' ? { ...denyAll, Principal: '*' } : denyAll;
        const denied = add(given, place, withPrincipal);
        fc.pre(denied !== undefined);
        expect(evaluateCase(denied).decision).toBe('explicitDeny');
      }),
      RUNS,
    );
  });

  it('never takes an allow away when an Allow is added', () => {
    fc.assert(
      fc.property(
        evaluationCase,
        fc.constantFrom(...PLACES),
        statement('Allow', false),
        statement('Allow', true),
        (given, place, plain, withPrincipal) => {
          fc.pre(evaluateCase(given).decision === 'allow');
          const more = add(given, place, place === 'resource' || place === 'rcp' ? withPrincipal : plain);
          fc.pre(more !== undefined);
          expect(evaluateCase(more).decision).toBe('allow');
        },
      ),
      FEW_RUNS,
    );
  });

  it('never allows more when a Deny is added', () => {
    fc.assert(
      fc.property(
        evaluationCase,
        fc.constantFrom(...PLACES),
        statement('Deny', false),
        statement('Deny', true),
        (given, place, plain, withPrincipal) => {
          const less = add(given, place, place === 'resource' || place === 'rcp' ? withPrincipal : plain);
          fc.pre(less !== undefined);
          const { decision } = evaluateCase(less);
          if (evaluateCase(given).decision !== 'allow') expect(decision).not.toBe('allow');
          if (evaluateCase(given).decision === 'explicitDeny') expect(decision).toBe('explicitDeny');
        },
      ),
      RUNS,
    );
  });

  it('does not depend on the order of statements and documents', () => {
    fc.assert(
      fc.property(evaluationCase, (given) => {
        const turned = mapDocuments(given, (document) => documentOf([...statements(document)].reverse()));
        const reversed: EvaluationCase = { ...turned, identityPolicies: [...turned.identityPolicies].reverse() };
        // Of several statements that decide alike, the first is named.
        expect({ ...evaluateCase(reversed), statement: undefined }).toEqual({
          ...evaluateCase(given),
          statement: undefined,
        });
      }),
      RUNS,
    );
  });

  it('does not depend on whether a statement is split by action or by resource', () => {
    const split = (element: string) => (document: JsonValue) =>
      documentOf(
        statements(document).flatMap((whole) => {
          const patterns = whole[element];
          return Array.isArray(patterns) ? patterns.map((pattern) => ({ ...whole, [element]: pattern })) : [whole];
        }),
      );
    fc.assert(
      fc.property(evaluationCase, (given) => {
        const { decision, layer } = evaluateCase(given);
        expect(evaluateCase(mapDocuments(given, split('Action')))).toMatchObject({ decision });
        const byResource = evaluateCase(mapDocuments(given, split('Resource')));
        expect(byResource.decision).toBe(decision);
        expect(byResource.layer).toBe(layer);
      }),
      RUNS,
    );
  });

  it('does not depend on the case of action, key names and their spelling in the request', () => {
    const upper = (given: EvaluationCase): EvaluationCase => ({
      ...given,
      request: {
        ...given.request,
        action: given.request.action.toUpperCase(),
        context: Object.fromEntries(
          Object.entries(given.request.context ?? {}).map(([key, value]) => [key.toUpperCase(), value]),
        ),
      },
    });
    fc.assert(
      fc.property(evaluationCase, (given) => {
        expect(evaluateCase(upper(given))).toEqual(evaluateCase(given));
      }),
      RUNS,
    );
  });

  it('counts doubled statements once', () => {
    fc.assert(
      fc.property(evaluationCase, (given) => {
        const doubled = mapDocuments(given, (document) =>
          documentOf([...statements(document), ...statements(document)]),
        );
        expect(evaluateCase(doubled)).toEqual(evaluateCase(given));
      }),
      RUNS,
    );
  });

  it('names the layer of every deny, and the statement of every explicit one', () => {
    fc.assert(
      fc.property(evaluationCase, (given) => {
        const { decision, layer, statement: decided } = evaluateCase(given);
        if (decision !== 'allow') expect(layer).toBeDefined();
        if (decision !== 'allow') expect(decided !== undefined).toBe(decision === 'explicitDeny');
      }),
      RUNS,
    );
  });
});
