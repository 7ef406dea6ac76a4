import { compareKeys } from './store/key-order.ts';
import type { SortedMap } from './store/sorted-map.ts';

/** What a listing asks for. */
export interface Walk {
  readonly prefix: string;
  /** Empty: no grouping. */
  readonly delimiter: string;
  /** Start above this key; a common prefix here stands for all keys below it. */
  readonly after: string | undefined;
  readonly limit: number;
}

export type Found<V> = { readonly key: string; readonly value: V } | { readonly commonPrefix: string };

/** One page of a listing. `last` is the last key or common prefix in it, given when there is more behind it. */
export interface Page<V> {
  readonly found: readonly Found<V>[];
  readonly last: string | undefined;
}

/** The part of a key up to the first delimiter behind the prefix; `undefined` when it has none. */
function commonPrefixOf(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '') return undefined;
  const cut = key.indexOf(delimiter, prefix.length);
  return cut < 0 ? undefined : key.slice(0, cut + delimiter.length);
}

function startOf<V>(
  map: SortedMap<V>,
  walk: Walk,
  nameOf: (key: string) => string,
): IterableIterator<readonly [string, V]> {
  const { prefix, delimiter, after } = walk;
  if (after === undefined || compareKeys(after, prefix) < 0) return map.from(prefix);
  const name = nameOf(after);
  // The page before ended with this common prefix: everything in it has been shown.
  return commonPrefixOf(name, prefix, delimiter) === name ? map.past(name) : map.after(after);
}

/**
 * One page of keys that `accept` takes, in order, those that share a common prefix as one. Costs O(log n) for each key and each
 * common prefix found, however many keys stand behind it, and one step for each entry that `accept` refuses. `nameOf` gives the
 * part of a key that is grouped by the delimiter.
 */
export function walkKeys<V>(
  map: SortedMap<V>,
  walk: Walk,
  accept: (value: V) => boolean,
  nameOf: (key: string) => string = (key) => key,
): Page<V> {
  const { prefix, delimiter, limit } = walk;
  const found: Found<V>[] = [];
  let last: string | undefined;
  if (limit === 0) return { found, last };
  let keys = startOf(map, walk, nameOf);
  for (;;) {
    const next = keys.next();
    if (next.done === true) return { found, last: undefined };
    const [key, value] = next.value;
    if (!key.startsWith(prefix)) return { found, last: undefined };
    if (!accept(value)) continue;
    if (found.length === limit) return { found, last };
    const group = commonPrefixOf(nameOf(key), prefix, delimiter);
    if (group === undefined) {
      found.push({ key, value });
      last = key;
      continue;
    }
    found.push({ commonPrefix: group });
    last = group;
    keys = map.past(group);
  }
}
