import { expect, it } from 'vitest';
import { nesting } from '../../src/sandbox/nesting.ts';

it.each([
  ['', 0],
  ['{}', 1],
  ['{"a":[{}]}', 3],
  ['["[[[", "\\"[", {}]', 2],
  ['[[]', 2],
])('counts how deep %j nests, brackets in strings aside', (text, depth) => {
  expect(nesting(text)).toBe(depth);
});

it('takes no longer for quotes that nothing closes', () => {
  const began = performance.now();
  expect(nesting(`"${'\\"'.repeat(500_000)}`)).toBe(0);
  expect(performance.now() - began).toBeLessThan(1_000);
});
