import { compareKeys } from './key-order.ts';
import { ownString } from './own-string.ts';

const CHUNK = 512;

/** Keys in order, and their values at the same places: a million small objects for entries would cost 40 MB. */
interface Chunk<V> {
  readonly keys: string[];
  readonly values: V[];
}

interface Place {
  readonly chunk: number;
  readonly index: number;
}

/** A map from keys to values in the order of the keys' UTF-8 bytes. */
export interface SortedMap<V> {
  readonly size: number;
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  delete(key: string): boolean;
  /** Entries from the first key that is not below `from`. */
  from(from: string): IterableIterator<readonly [string, V]>;
  /** Entries from the first key that is above `after`. */
  after(after: string): IterableIterator<readonly [string, V]>;
  /** Entries from the first key that is above every key with that prefix. */
  past(prefix: string): IterableIterator<readonly [string, V]>;
}

/** First place in a list whose element is not `below`, which must hold for a leading run of elements only. */
function search<T>(list: readonly T[], below: (element: T) => boolean): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (below(list[middle] as T)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * An empty sorted map: a list of sorted chunks of up to 512 entries, each found by binary search. Get and seek cost O(log n);
 * set and delete move at most one chunk, and the list of chunks only when a chunk is split or dropped.
 * Iterators do not survive a change of the map.
 */
export function createSortedMap<V>(): SortedMap<V> {
  const chunks: Chunk<V>[] = [];
  let size = 0;

  const seek = (below: (key: string) => boolean): Place => {
    const chunk = search(chunks, ({ keys }) => below(keys[keys.length - 1] as string));
    const keys = chunks[chunk]?.keys ?? [];
    return { chunk, index: search(keys, below) };
  };
  const find = (key: string): Place => seek((other) => compareKeys(other, key) < 0);

  function* iterate(below: (key: string) => boolean): IterableIterator<readonly [string, V]> {
    const start = seek(below);
    for (let number = start.chunk; number < chunks.length; number += 1) {
      const { keys, values } = chunks[number] as Chunk<V>;
      for (let index = number === start.chunk ? start.index : 0; index < keys.length; index += 1) {
        yield [keys[index] as string, values[index] as V];
      }
    }
  }

  const put = (chunk: Chunk<V>, index: number, key: string, value: V): void => {
    chunk.keys.splice(index, 0, key);
    chunk.values.splice(index, 0, value);
  };

  const insert = (place: Place, key: string, value: V): void => {
    // A key above all others goes to the end of the last chunk.
    const atEnd = place.chunk === chunks.length;
    const chunk = chunks[atEnd ? chunks.length - 1 : place.chunk];
    if (chunk === undefined || (atEnd && chunk.keys.length === CHUNK)) {
      // Keys that come in order fill chunks wholly instead of leaving each half empty.
      chunks.push({ keys: [key], values: [value] });
      return;
    }
    const index = atEnd ? chunk.keys.length : place.index;
    if (chunk.keys.length < CHUNK) {
      put(chunk, index, key, value);
      return;
    }
    const upper = { keys: chunk.keys.splice(CHUNK / 2), values: chunk.values.splice(CHUNK / 2) };
    chunks.splice(place.chunk + 1, 0, upper);
    if (index <= chunk.keys.length) put(chunk, index, key, value);
    else put(upper, index - chunk.keys.length, key, value);
  };

  return {
    get size() {
      return size;
    },
    get(key) {
      const { chunk, index } = find(key);
      const found = chunks[chunk];
      return found?.keys[index] === key ? found.values[index] : undefined;
    },
    set(key, value) {
      const place = find(key);
      const found = chunks[place.chunk];
      if (found?.keys[place.index] === key) {
        found.values[place.index] = value;
        return;
      }
      insert(place, ownString(key), value);
      size += 1;
    },
    delete(key) {
      const { chunk, index } = find(key);
      const found = chunks[chunk];
      if (found?.keys[index] !== key) return false;
      found.keys.splice(index, 1);
      found.values.splice(index, 1);
      if (found.keys.length === 0) chunks.splice(chunk, 1);
      size -= 1;
      return true;
    },
    from: (from) => iterate((key) => compareKeys(key, from) < 0),
    after: (after) => iterate((key) => compareKeys(key, after) <= 0),
    past: (prefix) => iterate((key) => key.startsWith(prefix) || compareKeys(key, prefix) < 0),
  };
}
