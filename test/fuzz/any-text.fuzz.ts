import fc, { type Arbitrary } from 'fast-check';
import { expect, it } from 'vitest';
import { readPolicies } from '../../src/documents/read-policies.ts';
import { evaluateCase, explainCase, readCase } from '../../src/evaluate/index.ts';
import { fixText } from '../../src/lint/fix.ts';
import { lintText } from '../../src/lint/lint.ts';
import { KitError } from '../../src/model/errors.ts';
import { cases } from './random-request.ts';
import { longText, paths, recipes, texts } from './random-text.ts';

/** CHANNELMIX_SEED repeats a run, FUZZ_SECONDS makes it longer; the seed is in the names of the tests. */
const seed = Number(process.env.CHANNELMIX_SEED ?? Date.now() % 1_000_000_000);
const seconds = Number(process.env.FUZZ_SECONDS ?? 60);
const TESTS = 5;
const MAX_INPUT_MS = 1000;
const MAX_GROWTH_MIB = 256;

const text = fc.tuple(texts, paths);
const rss = (): number => process.memoryUsage.rss() / 2 ** 20;

/** Runs a property for its share of the time; each input in less than a second of CPU time, all of them in 256 MiB. */
function fuzz<T>(inputs: Arbitrary<T>, run: (input: T) => void): void {
  const before = rss();
  const [most, count] = [{ ms: 0, mib: 0, input: '' }, { runs: 0 }];
  fc.assert(
    fc.property(inputs, (input) => {
      const start = process.cpuUsage();
      run(input);
      const { user, system } = process.cpuUsage(start);
      const [ms, mib] = [(user + system) / 1000, rss() - before];
      count.runs++;
      if (ms > most.ms) Object.assign(most, { ms, input: JSON.stringify(input).slice(0, 120) });
      most.mib = Math.max(most.mib, mib);
      expect(ms).toBeLessThan(MAX_INPUT_MS);
      expect(mib).toBeLessThan(MAX_GROWTH_MIB);
    }),
    {
      seed,
      numRuns: Number.MAX_SAFE_INTEGER,
      interruptAfterTimeLimit: (seconds / TESTS) * 1000,
      markInterruptAsFailure: false,
    },
  );
  console.log(
    `${count.runs} inputs; the slowest took ${most.ms.toFixed(0)} ms of CPU time, memory grew by ${most.mib.toFixed(0)} MiB; the slowest: ${most.input}`,
  );
  expect(count.runs).toBeGreaterThan(10);
}

it(`the readers take any text (CHANNELMIX_SEED=${seed})`, () => {
  fuzz(text, ([content, path]) => {
    const sources = readPolicies(content, { path });
    expect(sources.length).toBeGreaterThan(0);
    for (const { span, remarks } of sources) {
      expect(span.end).toBeLessThanOrEqual(content.length);
      for (const { start, end } of remarks) expect(start).toBeLessThanOrEqual(Math.max(end, content.length));
    }
  });
});

it(`the linter finds something or nothing in any text, each finding in its place (CHANNELMIX_SEED=${seed})`, () => {
  fuzz(text, ([content, path]) => {
    const lines = content.split(/\r\n|\n|\r/).length;
    for (const finding of lintText(content, { path })) {
      expect(finding.line).toBeLessThanOrEqual(lines);
      expect(finding.column).toBeGreaterThan(0);
      expect(finding.message).not.toMatch(/undefined|\[object [A-Z]/);
    }
  });
});

it(`the fixer mends any text, and twice changes nothing (CHANNELMIX_SEED=${seed})`, () => {
  fuzz(text, ([content, path]) => {
    const options = { path, buckets: ['my-bucket'] };
    const { text: once } = fixText(content, options);
    const twice = fixText(once, options);
    expect(twice.text).toBe(once);
    expect(twice.changes).toEqual([]);
  });
});

it(`texts at the limit of their length keep nobody busy (CHANNELMIX_SEED=${seed})`, () => {
  fuzz(recipes, ([path, head, pieces]) => {
    lintText(longText(path, head, pieces), { path });
  });
});

it(`the evaluator decides, or says what is wrong with the case (CHANNELMIX_SEED=${seed})`, () => {
  fuzz(cases, (json) => {
    const decided = decide(json);
    if (decided !== undefined) expect(decided).toMatch(/^(allow|explicitDeny|implicitDeny)$/);
  });
});

/** The decision; `undefined` where the case is refused with a problem that is told. */
function decide(json: string): string | undefined {
  try {
    const given = readCase({ text: json, number: 1, line: 1, column: 1 }, 'fuzz');
    const { decision } = evaluateCase(given);
    expect(explainCase(given)).toBeDefined();
    return decision;
  } catch (error) {
    if (error instanceof KitError && error.code === 'input') return undefined;
    throw error;
  }
}
