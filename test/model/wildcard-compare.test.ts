import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob, literalUnits, patternUnits } from '../../src/model/wildcard.ts';
import { covers, coversUnits, intersects } from '../../src/model/wildcard-compare.ts';

const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '😀', '*', '?'), maxLength: 5 });

/** All texts of up to four characters. */
const texts = (() => {
  const all = [''];
  for (let from = 0, length = 0; length < 4; length++) {
    const until = all.length;
    for (; from < until; from++) all.push(...['a', 'b', '😀'].map((char) => `${all[from]}${char}`));
  }
  return all;
})();

describe('patterns compared', () => {
  it('of the one that covers the other, every text that the narrow one matches is matched by the wide one', () => {
    fc.assert(
      fc.property(pattern, pattern, (wide, narrow) => {
        if (!covers(wide, narrow)) return;
        const [one, other] = [compileGlob(wide), compileGlob(narrow)];
        for (const text of texts) if (other(text)) expect(one(text), text).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it('cover a plain text when, and only when, they match it', () => {
    fc.assert(
      fc.property(pattern, fc.constantFrom(...texts), (wide, text) => {
        expect(covers(wide, text)).toBe(compileGlob(wide)(text));
      }),
      { numRuns: 3000 },
    );
  });

  it('say by text what they say by units', () => {
    fc.assert(
      fc.property(pattern, pattern, (wide, narrow) => {
        expect(covers(wide, narrow)).toBe(coversUnits(patternUnits(wide), patternUnits(narrow)));
      }),
      { numRuns: 3000 },
    );
  });

  it('of characters that are no wildcards cover nothing else', () => {
    expect(coversUnits(literalUnits('a*'), literalUnits('ab'))).toBe(false);
    expect(coversUnits(literalUnits('a*'), patternUnits('a*'))).toBe(false);
    expect(coversUnits(patternUnits('a*'), literalUnits('a*'))).toBe(true);
  });

  it('that match a text in common intersect', () => {
    fc.assert(
      fc.property(pattern, pattern, (left, right) => {
        const [one, other] = [compileGlob(left), compileGlob(right)];
        if (texts.some((text) => one(text) && other(text))) expect(intersects(left, right)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['arn:aws:s3:::a*', 'arn:aws:s3:::b*'],
    ['a?', 'a'],
    ['*a', '*b'],
    ['a*b', 'a*c'],
  ])('%s and %s have nothing in common', (left, right) => {
    expect(intersects(left, right)).toBe(false);
  });
});
