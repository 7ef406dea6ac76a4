import type { AwsClients } from '../aws/index.ts';
import type { Leftover } from '../model/check.ts';
import { presence, RUN_METADATA } from './canary.ts';
import {
  GONE,
  type Look,
  lookWith,
  type Removal,
  type Remover,
  removeUpload,
  removeVersions,
  tryRepeatedly,
} from './cleanup.ts';
import { createJournal, type JournalEntry } from './journal.ts';
import { rewriteJournal } from './journal-file.ts';
import { type FoundJournal, removeJournal } from './journal-read.ts';
import { leftovers, reasonOf, versionLeft } from './leftovers.ts';
import type { VerifyPorts } from './ports.ts';
import { createTally } from './tally.ts';

/** What came of a dead run's journal. */
export interface SweptJournal {
  readonly removed: number;
  readonly left: readonly Leftover[];
}

/**
 * Removes the objects and uploads that a dead run left, by its journal, and then the journal; what could not be removed stays in it. A
 * journal can be wrong, so everything has to prove itself the run's: an object by its metadata, markers and uploads by the random key.
 *
 * @param unwritten told when the journal cannot be written anew; without it that is an error, thrown after the removals
 */
export async function sweepJournal(
  journal: FoundJournal,
  clients: AwsClients,
  ports: Pick<VerifyPorts, 'sleep' | 'date'>,
  signal: AbortSignal,
  unwritten?: (error: unknown) => void,
): Promise<SweptJournal> {
  const tally = createTally();
  const record = createJournal(ports.date, async () => undefined, { entries: journal.entries, trust: journal.trust });
  const remover: Remover = { journal: record, tally, runId: journal.runId, ports };
  const look = lookWith(clients, signal);
  const left = await Promise.all(
    journal.entries.map(({ id }) =>
      tryRepeatedly(remover, id, signal, async (entry) => {
        if (entry.kind === 'object') return removeProven(remover, entry, look);
        // A completed upload is an object.
        return both(await removeUpload(remover, entry, look), await removeProven(remover, entry, look));
      }),
    ),
  );
  const kept = keepOrRemove(journal, record.entries());
  await (unwritten === undefined ? kept : kept.catch(unwritten));
  return { removed: tally.counts().removed, left: left.flat() };
}

/** What is left of a journal after a sweep: its file, with what could not be removed; nothing when there is nothing. */
async function keepOrRemove(journal: FoundJournal, entries: readonly JournalEntry[]): Promise<void> {
  if (entries.length === 0 && journal.trust === undefined) await removeJournal(journal.path);
  else if (JSON.stringify(entries) !== JSON.stringify(journal.entries)) await rewriteJournal(journal, { entries });
}

function both(one: Removal, two: Removal): Removal {
  return { left: [...one.left, ...two.left], again: one.again || two.again };
}

/** Removes every version and marker of a key, if one of its versions has the run's metadata, or only markers are left of it. */
async function removeProven(run: Remover, entry: JournalEntry, look: Look): Promise<Removal> {
  const { bucket: Bucket, key: Key } = entry;
  const listed = await look((s3, options) => s3.listObjectVersions({ Bucket, Prefix: Key }, options));
  if (!listed.ok) {
    if (listed.failure.kind === 'not-found') return GONE;
    return listed.failure.kind === 'denied' ? removeUnlisted(run, entry, look) : unproven(entry, true);
  }
  const versions = (listed.value.Versions ?? []).filter((one) => one.Key === Key);
  const markers = (listed.value.DeleteMarkers ?? []).filter((one) => one.Key === Key);
  if (versions.length === 0 && markers.length === 0) return GONE;
  const heads = await Promise.all(
    versions.map(({ VersionId, IsLatest }) => {
      const which = VersionId === 'null' && IsLatest === true ? {} : { VersionId };
      return look((s3, options) => s3.headObject({ Bucket, Key, ...which }, options));
    }),
  );
  const own = heads.some((head) => head.ok && head.value.Metadata?.[RUN_METADATA] === run.runId);
  if (versions.length > 0 && !own) {
    // Somebody else's object under a key that this run never had; or nobody says whose it is.
    if (heads.every((head) => head.ok)) return GONE;
    return unproven(
      entry,
      heads.some((head) => !head.ok && head.failure.kind !== 'denied'),
    );
  }
  const plain =
    markers.length === 0 && heads.length === 1 && heads[0]?.ok === true && heads[0].value.VersionId === undefined;
  if (plain) return removePlain(run, entry, look);
  const versionIds = [...versions, ...markers].flatMap(({ VersionId }) => VersionId ?? []);
  for (const id of versionIds) run.tally.made(Key, id);
  return removeVersions(run, { ...entry, versionIds, unsure: false }, look);
}

/** The same for whoever may not list versions. */
async function removeUnlisted(run: Remover, entry: JournalEntry, look: Look): Promise<Removal> {
  const { bucket: Bucket, key: Key } = entry;
  const head = await look((s3, options) => s3.headObject({ Bucket, Key }, options));
  if (!head.ok && head.failure.kind === 'denied') {
    const now = await presence(look, entry, { list: true, get: false });
    return now === 'gone' && entry.versionIds.length === 0 ? GONE : unproven(entry, false);
  }
  if (!head.ok && head.failure.kind !== 'not-found') return unproven(entry, true);
  if (head.ok && head.value.Metadata?.[RUN_METADATA] !== run.runId) return GONE;
  const seen = head.ok ? head.value.VersionId : undefined;
  const versionIds = [...new Set([...entry.versionIds, ...(seen === undefined ? [] : [seen])])];
  if (versionIds.length > 0) return removeVersions(run, { ...entry, versionIds, unsure: true }, look);
  return head.ok ? removePlain(run, entry, look) : GONE;
}

/** Deletes an object of a bucket without versions. */
async function removePlain(run: Remover, entry: JournalEntry, look: Look): Promise<Removal> {
  const { bucket: Bucket, key: Key } = entry;
  const deleted = await look((s3, options) => s3.deleteObject({ Bucket, Key }, options));
  if (deleted.ok) {
    run.tally.gone(Key);
    return GONE;
  }
  const { kind } = deleted.failure;
  return { left: [versionLeft(entry, undefined, reasonOf(deleted.failure))], again: kind !== 'denied' };
}

function unproven(entry: JournalEntry, again: boolean): Removal {
  return { left: leftovers(entry, 'unsure'), again };
}
