import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileArnUnits } from '../../src/evaluate/matching.ts';
import { compileGlob, MAX_PATTERN, patternUnits } from '../../src/model/wildcard.ts';

/** The plain definition, by recursion over characters. */
function oracle(pattern: readonly string[], text: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return text.length === 0;
  if (first === '*') return oracle(rest, text) || (text.length > 0 && oracle(pattern, text.slice(1)));
  return text.length > 0 && (first === '?' || first === text[0]) && oracle(rest, text.slice(1));
}

const letters = fc.constantFrom('a', 'b', '😀', ':', '/');

describe('wildcards', () => {
  it('match as their definition says', () => {
    const pattern = fc.array(fc.oneof(letters, fc.constantFrom('*', '?')), { maxLength: 7 });
    fc.assert(
      fc.property(pattern, fc.array(letters, { maxLength: 7 }), (parts, text) => {
        expect(compileGlob(parts.join(''))(text.join(''))).toBe(oracle(parts, text));
      }),
      { numRuns: 5000 },
    );
  });

  it('of an ARN match part by part, the last part taking the rest', () => {
    const part = fc.string({ unit: fc.constantFrom('a', '*', '?'), maxLength: 3 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 3 });
    const rest = fc.string({ unit: fc.constantFrom('a', ':', '/'), maxLength: 4 });
    fc.assert(
      fc.property(
        fc.tuple(part, part, part, part, part, part),
        fc.tuple(text, text, text, text, text, rest),
        (patterns, texts) => {
          const expected = patterns.every((pattern, at) => oracle([...pattern], [...(texts[at] ?? '')]));
          expect(compileArnUnits(patternUnits(patterns.join(':')))?.(texts.join(':'))).toBe(expected);
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('do not take long on the worst patterns of the greatest length', () => {
    const bombs: readonly (readonly [string, string])[] = [
      [`${'a*'.repeat(MAX_PATTERN / 2 - 1)}b`, 'a'.repeat(2048)],
      [`${'*'.repeat(MAX_PATTERN - 1)}b`, 'a'.repeat(2048)],
      [`*${'a'.repeat(1000)}b`, 'a'.repeat(2048)],
      [`*${'?'.repeat(1000)}b`, 'a'.repeat(2048)],
      [`${'*a?'.repeat(600)}b`, 'a'.repeat(2048)],
    ];
    for (const [pattern, text] of bombs) {
      const start = performance.now();
      expect(compileGlob(pattern)(text)).toBe(false);
      // A wide margin for a busy machine: a backtracking matcher would need years.
      expect(performance.now() - start).toBeLessThan(500);
    }
  });
});
