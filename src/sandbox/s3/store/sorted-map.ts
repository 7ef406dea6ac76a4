import { compareKeys } from './key-order.ts';

const CHUNK = 512;

interface Entry<V> {
  readonly key: string;
  value: V;
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

/**
 * An empty sorted map: a list of sorted chunks of up to 512 entries, each found by binary search. Get and seek cost O(log n);
 * set and delete move at most one chunk, and the list of chunks only when a chunk is split or dropped.
 * Iterators do not survive a change of the map.
 */
export function createSortedMap<V>(): SortedMap<V> {
  const chunks: Entry<V>[][] = [];
  let size = 0;

  /** First position whose key is not `below`; `below` must hold for a leading run of keys only. */
  const seek = (below: (key: string) => boolean): { chunk: number; index: number } => {
    let low = 0;
    let high = chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const last = chunks[middle]?.at(-1);
      if (last !== undefined && below(last.key)) low = middle + 1;
      else high = middle;
    }
    const entries = chunks[low] ?? [];
    let first = 0;
    let end = entries.length;
    while (first < end) {
      const middle = (first + end) >>> 1;
      const entry = entries[middle];
      if (entry !== undefined && below(entry.key)) first = middle + 1;
      else end = middle;
    }
    return { chunk: low, index: first };
  };
  const find = (key: string) => seek((other) => compareKeys(other, key) < 0);

  function* iterate(below: (key: string) => boolean): IterableIterator<readonly [string, V]> {
    const start = seek(below);
    for (let chunk = start.chunk; chunk < chunks.length; chunk += 1) {
      const entries = chunks[chunk] ?? [];
      for (let index = chunk === start.chunk ? start.index : 0; index < entries.length; index += 1) {
        const entry = entries[index];
        if (entry !== undefined) yield [entry.key, entry.value];
      }
    }
  }

  const insert = (position: { chunk: number; index: number }, entry: Entry<V>): void => {
    // A key above all others goes to the end of the last chunk.
    const atEnd = position.chunk === chunks.length && chunks.length > 0;
    const number = atEnd ? chunks.length - 1 : position.chunk;
    const entries = chunks[number];
    if (entries === undefined) {
      chunks.push([entry]);
      return;
    }
    const index = atEnd ? entries.length : position.index;
    if (entries.length < CHUNK) {
      entries.splice(index, 0, entry);
      return;
    }
    if (atEnd) {
      // Keys that come in order fill chunks wholly instead of leaving each half empty.
      chunks.push([entry]);
      return;
    }
    const upper = entries.splice(CHUNK / 2);
    chunks.splice(number + 1, 0, upper);
    if (index <= entries.length) entries.splice(index, 0, entry);
    else upper.splice(index - entries.length, 0, entry);
  };

  return {
    get size() {
      return size;
    },
    get(key) {
      const position = find(key);
      const entry = chunks[position.chunk]?.[position.index];
      return entry?.key === key ? entry.value : undefined;
    },
    set(key, value) {
      const position = find(key);
      const entry = chunks[position.chunk]?.[position.index];
      if (entry?.key === key) {
        entry.value = value;
        return;
      }
      insert(position, { key, value });
      size += 1;
    },
    delete(key) {
      const position = find(key);
      const entries = chunks[position.chunk];
      if (entries?.[position.index]?.key !== key) return false;
      entries.splice(position.index, 1);
      if (entries.length === 0) chunks.splice(position.chunk, 1);
      size -= 1;
      return true;
    },
    from: (from) => iterate((key) => compareKeys(key, from) < 0),
    after: (after) => iterate((key) => compareKeys(key, after) <= 0),
    past: (prefix) => iterate((key) => key.startsWith(prefix) || compareKeys(key, prefix) < 0),
  };
}
