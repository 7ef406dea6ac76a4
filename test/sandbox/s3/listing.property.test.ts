import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareKeys } from '../../../src/sandbox/s3/store/key-order.ts';
import { createSortedMap } from '../../../src/sandbox/s3/store/sorted-map.ts';
import { walkKeys } from '../../../src/sandbox/s3/walk.ts';

/** Keys of few characters, so that prefixes, delimiters and neighbours meet often; two of them beyond the Basic Multilingual Plane. */
const key = fc
  .array(fc.constantFrom('a', 'b', '/', '-', '\uffee', '\u{1f600}', ' '), { minLength: 1, maxLength: 6 })
  .map((parts) => parts.join(''));
const prefix = fc.array(fc.constantFrom('a', 'b', '/', '\u{1f600}'), { maxLength: 3 }).map((parts) => parts.join(''));
const delimiter = fc.constantFrom('', '/', 'a', '//', '-');

/** What S3 documents, said the slow way: sort, filter, group, skip what is not behind the marker. */
function oracle(keys: readonly string[], prefix: string, delimiter: string): string[] {
  const names = keys
    .filter((one) => one.startsWith(prefix))
    .map((one) => {
      const cut = delimiter === '' ? -1 : one.indexOf(delimiter, prefix.length);
      return cut < 0 ? `key ${one}` : `prefix ${one.slice(0, cut + delimiter.length)}`;
    });
  return [...new Set(names)].sort((left, right) =>
    Buffer.compare(Buffer.from(left.slice(left.indexOf(' ') + 1)), Buffer.from(right.slice(right.indexOf(' ') + 1))),
  );
}

test('keys are compared by their UTF-8 bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (left, right) => {
      expect(Math.sign(compareKeys(left, right))).toBe(Buffer.compare(Buffer.from(left), Buffer.from(right)));
    }),
    { numRuns: 500 },
  );
});

test('a sorted map equals a plain map, and iterates in order from any place', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ key, remove: fc.boolean(), value: fc.nat() }), { maxLength: 200 }),
      key,
      (steps, place) => {
        const map = createSortedMap<number>();
        const plain = new Map<string, number>();
        for (const step of steps) {
          if (step.remove) expect(map.delete(step.key)).toBe(plain.delete(step.key));
          else {
            map.set(step.key, step.value);
            plain.set(step.key, step.value);
          }
        }
        const sorted = [...plain].sort(([left], [right]) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
        expect(map.size).toBe(plain.size);
        expect([...map.from('')]).toEqual(sorted);
        expect([...map.from(place)]).toEqual(sorted.filter(([one]) => compareKeys(one, place) >= 0));
        expect([...map.after(place)]).toEqual(sorted.filter(([one]) => compareKeys(one, place) > 0));
        expect([...map.past(place)]).toEqual(
          sorted.filter(([one]) => compareKeys(one, place) > 0 && !one.startsWith(place)),
        );
        for (const [one, value] of sorted) expect(map.get(one)).toBe(value);
      },
    ),
    { numRuns: 100 },
  );
});

test('a sorted map stays in order when its chunks split and vanish', () => {
  const map = createSortedMap<number>();
  const keys = Array.from({ length: 5000 }, (_, index) => `key-${(index * 2_654_435_761) % 4_294_967_296}`);
  for (const [index, one] of keys.entries()) map.set(one, index);
  expect([...map.from('')].map(([one]) => one)).toEqual([...keys].sort());
  for (const one of keys.slice(0, 4900)) expect(map.delete(one)).toBe(true);
  expect([...map.from('')].map(([one]) => one)).toEqual(keys.slice(4900).sort());
});

test('pages of a listing put together are what the slow way gives', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(key, { maxLength: 40 }),
      prefix,
      delimiter,
      fc.integer({ min: 1, max: 5 }),
      (keys, prefix, delimiter, limit) => {
        const map = createSortedMap<true>();
        for (const one of keys) map.set(one, true);
        const listed: string[] = [];
        let after: string | undefined;
        for (;;) {
          const page = walkKeys(map, { prefix, delimiter, after, limit }, () => true);
          for (const one of page.found) {
            listed.push('commonPrefix' in one ? `prefix ${one.commonPrefix}` : `key ${one.key}`);
          }
          if (page.last === undefined) break;
          expect(page.found.length).toBe(limit);
          after = page.last;
        }
        expect(listed).toEqual(oracle(keys, prefix, delimiter));
      },
    ),
    { numRuns: 500 },
  );
});

test('a listing that starts after a key gives the keys behind it, grouped', () => {
  fc.assert(
    fc.property(fc.uniqueArray(key, { maxLength: 40 }), prefix, delimiter, key, (keys, prefix, delimiter, after) => {
      const map = createSortedMap<true>();
      for (const one of keys) map.set(one, true);
      const page = walkKeys(map, { prefix, delimiter, after, limit: 1000 }, () => true);
      // A marker that is a common prefix itself stands for all of it: that is how V1 goes on after a group.
      const isGroup =
        delimiter !== '' &&
        after.startsWith(prefix) &&
        after.indexOf(delimiter, prefix.length) === after.length - delimiter.length &&
        after.length - delimiter.length >= prefix.length;
      const behind = keys.filter((one) => compareKeys(one, after) > 0 && !(isGroup && one.startsWith(after)));
      const listed = page.found.map((one) => ('commonPrefix' in one ? `prefix ${one.commonPrefix}` : `key ${one.key}`));
      expect(listed).toEqual(oracle(behind, prefix, delimiter));
    }),
    { numRuns: 500 },
  );
});
