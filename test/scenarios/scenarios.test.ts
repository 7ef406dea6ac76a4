import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { LAYERS, runScenarios, scenarioPages } from '../../scripts/build-scenario-pages.ts';
import { NOT_PROVOKED, NOT_SHOWN } from '../../scripts/not-provoked.ts';
import { DIAGNOSIS_RULES } from '../../src/diagnose/index.ts';
import type { Check } from '../../src/model/check.ts';
import { type ExpectedCheck, type Scenario, scenarios } from '../../src/sandbox/scenarios/index.ts';

type Results = Awaited<ReturnType<typeof runScenarios>>;

const PAGES = new URL('../../docs/scenarios/', import.meta.url);
/** The pains of `field-notes.md`, section 2, which the scenarios cite by number. */
const PAINS = Array.from({ length: 29 }, (_, index) => index + 1);

let results: Results;
beforeAll(async () => {
  results = await runScenarios();
}, 60_000);

const resultOf = (scenario: Scenario) => {
  const result = results.get(scenario.name);
  if (result === undefined) throw new Error(`there is no result of ${scenario.name}`);
  return result;
};
const failed = ({ name }: Scenario): readonly Check[] =>
  (results.get(name)?.report?.checks ?? []).filter(({ diagnosis }) => diagnosis !== undefined);

/** The check that an expectation is about. */
function checkOf(scenario: Scenario, { id, prefix }: ExpectedCheck): Check | undefined {
  const checks = resultOf(scenario).report?.checks ?? [];
  return checks.find((check) => check.id === id && (prefix === undefined || check.prefix === prefix));
}

describe.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', (_name, scenario) => {
  const { expected } = scenario;

  test('ends with its exit code and words, and the sandbox had no fault of its own', () => {
    const { exitCode, report, message, bugs } = resultOf(scenario);
    expect(bugs).toEqual([]);
    expect(exitCode, message ?? JSON.stringify(failed(scenario))).toBe(expected.exitCode);
    for (const words of expected.message ?? []) expect(message).toContain(words);
    expect(report === undefined).toBe(expected.message !== undefined);
    for (const words of expected.notes ?? []) expect(report?.notes.join('\n')).toContain(words);
    if (expected.exitCode === 4 || report !== undefined) {
      const left = report?.cleanup.left ?? [];
      if (expected.left === undefined) expect(left).toEqual([]);
      else expect(left.length).toBeGreaterThanOrEqual(expected.left);
    }
  });

  test('names layer, evidence, cause and fix of what fails', () => {
    for (const wanted of expected.checks) {
      const check = checkOf(scenario, wanted);
      const { layer, evidence, rule } = wanted;
      const said = Object.entries({ layer, evidence, rule }).filter(([, value]) => value !== undefined);
      expect(check, wanted.id).toMatchObject({
        result: wanted.result,
        ...(said.length === 0 ? {} : { diagnosis: Object.fromEntries(said) }),
      });
      const cause = check?.diagnosis?.cause ?? check?.note ?? '';
      for (const words of wanted.cause ?? []) expect(cause).toContain(words);
      for (const words of wanted.fix ?? []) expect(check?.diagnosis?.fix).toContain(words);
      expect(check?.diagnosis?.fix?.length ?? 99).toBeGreaterThan(20);
    }
  });

  test('blames no other layer, and nothing that works', () => {
    const layers = new Set(expected.checks.map(({ layer }) => layer));
    for (const check of failed(scenario))
      expect(layers, `${check.id}: ${check.diagnosis?.cause}`).toContain(check.diagnosis?.layer);
  });
});

describe('the scenarios together', () => {
  test('provoke every row of the table of diagnoses, but for those that are listed with a reason', () => {
    const spoke = new Set(scenarios.flatMap(failed).map(({ diagnosis }) => diagnosis?.rule));
    const silent = DIAGNOSIS_RULES.map(({ id }) => id).filter((id) => !spoke.has(id));
    expect(silent.toSorted()).toEqual(Object.keys(NOT_PROVOKED).toSorted());
  });

  test('have every pain of the field notes, but for those that leave no trace in AWS', () => {
    const shown = new Set(
      scenarios.flatMap(({ sources }) => sources.flatMap((one) => ('fieldNote' in one ? one.fieldNote : []))),
    );
    expect(PAINS.filter((pain) => !shown.has(pain)).map(String)).toEqual(Object.keys(NOT_SHOWN));
  });

  test('each have a source that a reader can open', () => {
    const without = scenarios.filter(({ sources }) => !sources.some((one) => 'page' in one || 'thread' in one));
    expect(without.map(({ name }) => name)).toEqual([]);
  });
});

describe('docs/scenarios', () => {
  test('leads from docs/verify.md, whose table has every layer that a diagnosis can name', () => {
    const page = readFileSync(new URL('../verify.md', PAGES), 'utf8');
    for (const layer of LAYERS) expect(page).toContain(`\`${layer}\``);
    for (const [, name] of page.matchAll(/\]\(scenarios\/([\w-]+\.md)\)/g)) expect(readdirSync(PAGES)).toContain(name);
  });

  // npm run build:scenario-pages
  test('has a page for each scenario, and an index, as they are now', () => {
    const pages = scenarioPages(results);
    expect(readdirSync(PAGES).toSorted()).toEqual([...pages.keys()].toSorted());
    for (const [name, text] of pages) expect(readFileSync(new URL(name, PAGES), 'utf8'), name).toBe(text);
  });
});
