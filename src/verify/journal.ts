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
  /** A request that can have made the object, a version or delete marker was not answered: there may be more than `versionIds`, or come. */
  readonly unsure?: boolean;
  readonly uploadId?: string;
  /** The upload was begun by a single request: there can be no second one of which no answer came. */
  readonly sole?: boolean;
  /** The uploaded parts; with them an upload can be completed where it may not be aborted. */
  readonly parts?: readonly { readonly number: number; readonly etag: string; readonly crc32?: string }[];
  /** The run's own access may not remove it, and its report said so: only somebody else's try makes sense. */
  readonly refused?: boolean;
}

/** What may be changed of an entry. */
export type JournalChange = Partial<
  Pick<JournalEntry, 'state' | 'versionIds' | 'unsure' | 'uploadId' | 'sole' | 'parts' | 'refused'>
>;

/** A statement that a run is about to add to a trust policy, or has added. */
export interface TrustEntry {
  readonly roleArn: string;
  readonly sid: string;
  /** The trust policy as it was, byte for byte. It is no secret. */
  readonly original: string;
  /** ISO time after which the statement allows nothing any more. */
  readonly expires: string;
}

/**
 * The record of what a run creates. `add` must have resolved before the creation is sent, and `remove` is called only when the thing
 * is proven gone (or proven never made), so that what stands here at any time is all that can be left.
 */
export interface Journal {
  readonly add: (entry: Omit<JournalEntry, 'since' | 'state' | 'versionIds'>) => Promise<void>;
  readonly update: (id: string, change: JournalChange) => Promise<void>;
  readonly remove: (id: string) => Promise<void>;
  readonly entries: () => readonly JournalEntry[];
  /** The same for the one trust policy that a run may edit; `undefined`: it is as it was. */
  readonly setTrust: (entry: TrustEntry | undefined) => Promise<void>;
  readonly trust: () => TrustEntry | undefined;
  /** The run has ended, and the record is needed only if something stands in it. */
  readonly close: () => Promise<void>;
}

/** What is kept of a journal's content. */
export interface JournalContent {
  readonly entries: readonly JournalEntry[];
  readonly trust: TrustEntry | undefined;
  readonly ended: boolean;
}

/**
 * A journal around a store.
 *
 * @param saved called after each change; `now` when the change must be safe before anything else happens
 */
export function createJournal(
  now: () => Date,
  saved: (content: () => JournalContent, when: 'now' | 'soon') => Promise<void>,
  initial: Partial<JournalContent> = {},
): Journal {
  const entries = new Map((initial.entries ?? []).map((entry) => [entry.id, entry]));
  let trust = initial.trust;
  let ended = false;
  const content = (): JournalContent => ({ entries: [...entries.values()], trust, ended });
  return {
    add: async (entry) => {
      entries.set(entry.id, { ...entry, since: now().toISOString(), state: 'intended', versionIds: [] });
      await saved(content, 'now');
    },
    update: async (id, change) => {
      const entry = entries.get(id);
      if (entry === undefined) return;
      entries.set(id, { ...entry, ...change });
      // What a delete will hide behind a marker is found again by its version only.
      await saved(content, (change.versionIds ?? []).length > entry.versionIds.length ? 'now' : 'soon');
    },
    remove: async (id) => {
      if (entries.delete(id)) await saved(content, 'soon');
    },
    entries: () => [...entries.values()],
    setTrust: async (entry) => {
      trust = entry;
      await saved(content, entry === undefined ? 'soon' : 'now');
    },
    trust: () => trust,
    close: async () => {
      ended = true;
      await saved(content, 'now');
    },
  };
}

/** A journal that lives as long as the process. */
export function createMemoryJournal(now: () => Date): Journal {
  return createJournal(now, async () => undefined);
}

/** The same journal for a cleanup: what cannot be written down is removed all the same, and `unwritten` is told why it could not. */
export function unstoppable(journal: Journal, unwritten: (error: unknown) => void): Journal {
  return {
    ...journal,
    update: (id, change) => journal.update(id, change).catch(unwritten),
    remove: (id) => journal.remove(id).catch(unwritten),
  };
}
