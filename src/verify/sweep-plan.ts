import type { Leftover } from '../model/check.ts';
import type { SweepFound } from '../model/sweep.ts';
import type { FoundJournal } from './journal-read.ts';
import type { ProbeItem } from './sweep-prefix.ts';

/** Names that a plan shows. */
const SAMPLES = 20;
/** Leftovers that a report holds: enough to see what they are. */
const MOST_LEFT = 1_000;

/** What was found, counted as it comes: there may be more of it than memory. */
export interface SweepCount {
  readonly journal: (journal: FoundJournal) => void;
  readonly probes: (bucket: string, items: readonly ProbeItem[]) => void;
  readonly statement: (roleArn: string, sid: string) => void;
  readonly found: () => SweepFound;
  readonly samples: () => readonly string[];
}

/** A new count. */
export function createSweepCount(): SweepCount {
  const found = { journaled: 0, objects: 0, versions: 0, markers: 0, uploads: 0, statements: 0 };
  const samples: string[] = [];
  const sample = (text: string) => {
    if (samples.length < SAMPLES) samples.push(text);
  };
  const counter = { object: 'objects', version: 'versions', marker: 'markers', upload: 'uploads' } as const;
  return {
    journal: ({ entries, trust, began }) => {
      found.journaled += entries.length + (trust === undefined ? 0 : 1);
      for (const { kind, bucket, key } of entries) {
        sample(`${kind === 'upload' ? 'upload to' : 'object'} s3://${bucket}/${key}, of a run that began ${began}`);
      }
      if (trust !== undefined) sample(`statement ${trust.sid} in the trust policy of ${trust.roleArn}`);
    },
    probes: (bucket, items) => {
      for (const { kind, key, id } of items) {
        found[counter[kind]] += 1;
        const name = {
          object: 'object',
          version: `version ${id} of`,
          marker: `delete marker ${id} of`,
          upload: 'upload to',
        };
        sample(`${name[kind]} s3://${bucket}/${key}`);
      }
    },
    statement: (roleArn, sid) => {
      found.statements += 1;
      sample(`statement ${sid} in the trust policy of ${roleArn}`);
    },
    found: () => ({ ...found }),
    samples: () => samples,
  };
}

/** What a sweep removed and could not remove. */
export interface SweepOutcome {
  readonly add: (result: { readonly removed: number; readonly left: readonly Leftover[] }) => void;
  readonly result: () => { readonly removed: number; readonly left: readonly Leftover[]; readonly moreLeft: number };
}

/** A new outcome. */
export function createSweepOutcome(): SweepOutcome {
  let removed = 0;
  let moreLeft = 0;
  const left: Leftover[] = [];
  return {
    add: (result) => {
      removed += result.removed;
      for (const one of result.left) {
        if (left.length < MOST_LEFT) left.push(one);
        else moreLeft += 1;
      }
    },
    result: () => ({ removed, left, moreLeft }),
  };
}
