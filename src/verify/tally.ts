/** Counts what a run made and removed, each thing once however often it is met. */
export interface Tally {
  /** A version of an object, a delete marker (by key and version id), or an upload (by its id). */
  readonly made: (key: string, id?: string) => void;
  /** Proven gone; what was not known to be made was made, too. */
  readonly gone: (key: string, id?: string) => void;
  readonly counts: () => { readonly created: number; readonly removed: number };
}

/** A new count. */
export function createTally(): Tally {
  const made = new Set<string>();
  const gone = new Set<string>();
  const name = (key: string, id = '') => `${key}\n${id}`;
  return {
    made: (key, id) => {
      made.add(name(key, id));
    },
    gone: (key, id) => {
      made.add(name(key, id));
      gone.add(name(key, id));
    },
    counts: () => ({ created: made.size, removed: gone.size }),
  };
}
