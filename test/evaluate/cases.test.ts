import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { evaluateCase } from '../../src/evaluate/index.ts';
import type { Decision, EvaluationCase } from '../../src/model/decision.ts';
import type { JsonValue } from '../../src/model/policy.ts';

/**
 * Facts from AWS's documentation, one file a theme. `given` is an evaluation case (design, section 5) laid over the `given` of
 * its file; a document may be written as the list of its statements, which stands for one of Version 2012-10-17.
 */
interface Theme {
  readonly theme: string;
  readonly page: string;
  readonly given: Given;
  readonly cases: readonly {
    readonly name: string;
    readonly page?: string;
    readonly given: Given;
    readonly expected: Decision;
  }[];
}

type Given = Partial<Omit<EvaluationCase, 'request'>> & { readonly request?: Partial<EvaluationCase['request']> };

const FOLDER = new URL('../cases/evaluate/', import.meta.url);

function wrap(document: JsonValue): JsonValue {
  return Array.isArray(document) ? { Version: '2012-10-17', Statement: document } : document;
}

function toCase(defaults: Given, given: Given): EvaluationCase {
  const {
    identityPolicies = [],
    resourcePolicy,
    boundary,
    scps,
    rcps,
    sessionPolicies,
    ...rest
  } = { ...defaults, ...given };
  const request = { ...defaults.request, ...given.request };
  const { principal = '', action = '', resource = '' } = request;
  return {
    ...rest,
    request: { ...request, principal, action, resource },
    identityPolicies: identityPolicies.map(wrap),
    ...(resourcePolicy === undefined ? {} : { resourcePolicy: wrap(resourcePolicy) }),
    ...(boundary === undefined ? {} : { boundary: wrap(boundary) }),
    ...(scps === undefined ? {} : { scps: scps.map((level) => (Array.isArray(level) ? level.map(wrap) : level)) }),
    ...(rcps === undefined ? {} : { rcps: rcps.map(wrap) }),
    ...(sessionPolicies === undefined ? {} : { sessionPolicies: sessionPolicies.map(wrap) }),
  };
}

for (const file of readdirSync(FOLDER)) {
  const theme: Theme = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'));
  describe(theme.theme, () => {
    for (const { name, page, given, expected } of theme.cases) {
      it(name, () => {
        expect(evaluateCase(toCase(theme.given, given)), page ?? theme.page).toMatchObject(expected);
      });
    }
  });
}
