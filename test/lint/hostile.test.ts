import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixText } from '../../src/lint/fix.ts';
import { lintText } from '../../src/lint/lint.ts';
import { paths, texts } from '../fuzz/random-text.ts';

// npm run test:fuzz takes a minute of them.
const numRuns = Number(process.env.LINT_FUZZ_RUNS ?? 500);

describe('any text', () => {
  it('gets findings, never an exception, and each in its place', () => {
    fc.assert(
      fc.property(texts, paths, (text, path) => {
        const lines = text.split(/\r\n|\n|\r/);
        for (const finding of lintText(text, { path })) {
          expect(finding.line).toBeLessThanOrEqual(lines.length);
          expect(finding.column).toBeGreaterThan(0);
          expect(finding.message).not.toMatch(/undefined|\[object [A-Z]/);
        }
      }),
      { numRuns },
    );
  }, 120_000);

  it('can be mended, and twice changes nothing', () => {
    fc.assert(
      fc.property(texts, paths, (text, path) => {
        const { text: once } = fixText(text, { path, buckets: ['my-bucket'] });
        const twice = fixText(once, { path, buckets: ['my-bucket'] });
        expect(twice.text).toBe(once);
        expect(twice.changes).toEqual([]);
      }),
      { numRuns },
    );
  }, 120_000);
});

it('leaves Object.prototype as it is', () => {
  expect(Object.keys(Object.prototype)).toEqual([]);
});
