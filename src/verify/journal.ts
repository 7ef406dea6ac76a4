/** Something that a run is about to create, or has created. */
export interface JournalEntry {
  readonly id: string;
  readonly kind: 'object' | 'upload';
  readonly bucket: string;
  readonly key: string;
  /** ISO time. */
  readonly since: string;
  /** `intended` until the service has confirmed the creation. */
  readonly state: 'intended' | 'created';
  /** Versions and delete markers that are known to be the run's. */
  readonly versionIds: readonly string[];
  /** A request that can have made a version or delete marker was not answered: there may be more than `versionIds`. */
  readonly unsure?: boolean;
  readonly uploadId?: string;
  /** The upload was begun by a single request: there can be no second one of which no answer came. */
  readonly sole?: boolean;
  /** The uploaded parts; with them an upload can be completed where it may not be aborted. */
  readonly parts?: readonly { readonly number: number; readonly etag: string; readonly crc32?: string }[];
}

/** What may be changed of an entry. */
export type JournalChange = Partial<
  Pick<JournalEntry, 'state' | 'versionIds' | 'unsure' | 'uploadId' | 'sole' | 'parts'>
>;

/**
 * The record of what a run creates. `add` must have resolved before the creation is sent, and `remove` is called only when the thing
 * is proven gone (or proven never made), so that what stands here at any time is all that can be left.
 */
export interface Journal {
  readonly add: (entry: Omit<JournalEntry, 'since' | 'state' | 'versionIds'>) => Promise<void>;
  readonly update: (id: string, change: JournalChange) => Promise<void>;
  readonly remove: (id: string) => Promise<void>;
  readonly entries: () => readonly JournalEntry[];
}

/** A journal that lives as long as the process. */
export function createMemoryJournal(now: () => Date): Journal {
  const entries = new Map<string, JournalEntry>();
  return {
    add: async (entry) => {
      entries.set(entry.id, { ...entry, since: now().toISOString(), state: 'intended', versionIds: [] });
    },
    update: async (id, change) => {
      const entry = entries.get(id);
      if (entry !== undefined) entries.set(id, { ...entry, ...change });
    },
    remove: async (id) => {
      entries.delete(id);
    },
    entries: () => [...entries.values()],
  };
}
