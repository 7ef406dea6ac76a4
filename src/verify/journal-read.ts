import { constants } from 'node:fs';
import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PROBE_FOLDER } from '../model/constants.ts';
import { mayLive, type ProcessMark } from './alive.ts';
import type { JournalEntry, TrustEntry } from './journal.ts';

/** Marks a file as a journal of the kit. */
export const JOURNAL_KIND = 'channelmix-s3 verify';
/** Version of its shape. */
export const JOURNAL_VERSION = 1;

/** What a journal says about its run: enough to find its way back, and no secret. */
export interface RunFacts {
  readonly runId: string;
  readonly mode: 'channelmix' | 'client' | 'key';
  readonly bucket: string;
  readonly roleArn?: string;
  /** Account of the role. */
  readonly account?: string;
  readonly region?: string;
  /** Host of the endpoint, where it is not AWS itself. */
  readonly endpoint?: string;
  /** Profile that gave the credentials. */
  readonly profile?: string;
}

/** A journal as it was found. */
export interface FoundJournal extends RunFacts {
  readonly path: string;
  readonly process: ProcessMark;
  /** ISO time. */
  readonly began: string;
  /** The run came to its end and could not remove what stands here. */
  readonly ended: boolean;
  readonly entries: readonly JournalEntry[];
  readonly trust: TrustEntry | undefined;
}

/** What lies in the folder of the journals. */
export interface Journals {
  /** Of runs that have ended. */
  readonly dead: readonly FoundJournal[];
  /** Of runs that may still be going on. */
  readonly live: readonly FoundJournal[];
  /** Files that are called like journals and cannot be read as such; nothing is done with them. */
  readonly unreadable: readonly string[];
}

/** A journal is some KiB; what is larger is none. */
const MAX_BYTES = 1_048_576;
/** A journal of which the owner of the bucket was told long ago. */
const FORGET_AFTER_MS = 90 * 24 * 3_600_000;
const FILE = /^verify-([0-9a-f]{32})\.json$/;
/** A journal that was being written: by its run, or by one of those that swept it. */
const HALF = /^verify-[0-9a-f]{32}\.json(\.[0-9a-f]{16})?\.tmp$/;
const RUN_ID = /^[0-9a-f]{32}$/;

/** Name of the journal of a run. */
export function journalFile(runId: string): string {
  return `verify-${runId}.json`;
}

/** Reads the journals in a state directory. Never throws for what lies there; a folder that is not there has none. */
export async function readJournals(stateDirectory: string, now: number): Promise<Journals> {
  const folder = join(stateDirectory, 'runs');
  const names = await readdir(folder).catch(() => []);
  const found: { dead: FoundJournal[]; live: FoundJournal[]; unreadable: string[] } = {
    dead: [],
    live: [],
    unreadable: [],
  };
  for (const name of names.filter((one) => FILE.test(one)).sort()) {
    const path = join(folder, name);
    const text = await readBounded(path);
    // Its run has ended in this moment.
    if (text === undefined) continue;
    const journal = text === '' ? undefined : parseJournal(path, text);
    if (journal === undefined || journalFile(journal.runId) !== name) {
      found.unreadable.push(path);
      continue;
    }
    const age = now - Date.parse(journal.began);
    const live = !journal.ended && mayLive(journal.process, age);
    if (live) found.live.push(journal);
    else if (isSettled(journal) || age > FORGET_AFTER_MS) await removeJournal(journal.path);
    else found.dead.push(journal);
  }
  await removeHalves(folder, names, found.live);
  return found;
}

/** A run that was killed before it created anything, or after all was removed. */
function isSettled({ entries, trust }: FoundJournal): boolean {
  return entries.length === 0 && trust === undefined;
}

/** Removes a journal whose entries are proven gone. */
export async function removeJournal(path: string): Promise<void> {
  await rm(path, { force: true });
  await rm(`${path}.tmp`, { force: true });
}

/** Files that were being written when a run was killed. */
async function removeHalves(folder: string, names: readonly string[], live: readonly FoundJournal[]): Promise<void> {
  for (const name of names) {
    if (!HALF.test(name)) continue;
    if (live.some(({ runId }) => name.startsWith(journalFile(runId)))) continue;
    const path = join(folder, name);
    const age = await ageOf(path);
    // A run that is just beginning has no journal yet.
    if (age !== undefined && age > 60_000) await rm(path, { force: true }).catch(() => undefined);
  }
}

async function ageOf(path: string): Promise<number | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    return Date.now() - (await file.stat()).mtimeMs;
  } finally {
    await file.close();
  }
}

/** The text; empty for what is no regular file of a journal's size; `undefined` when there is none (any more). */
async function readBounded(path: string): Promise<string | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? undefined : ('' as const)),
  );
  if (typeof file !== 'object') return file;
  try {
    const stat = await file.stat();
    return stat.isFile() && stat.size <= MAX_BYTES ? await file.readFile('utf8') : '';
  } catch {
    return '';
  } finally {
    await file.close();
  }
}

/** Reads a journal. `undefined` for everything that is not one, whole and in order. */
export function parseJournal(path: string, text: string): FoundJournal | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const top = members(json);
  if (top?.kind !== JOURNAL_KIND || top.schemaVersion !== JOURNAL_VERSION) return undefined;
  const { runId, mode, bucket, began } = top;
  const process = readMark(top.process);
  const entries = Array.isArray(top.entries) ? top.entries.map(readEntry) : undefined;
  const trust = top.trust === undefined ? undefined : (readTrust(top.trust) ?? 'wrong');
  if (typeof runId !== 'string' || !RUN_ID.test(runId) || process === undefined || trust === 'wrong') return undefined;
  if (mode !== 'channelmix' && mode !== 'client' && mode !== 'key') return undefined;
  if (typeof bucket !== 'string' || typeof began !== 'string' || Number.isNaN(Date.parse(began))) return undefined;
  if (entries === undefined || !entries.every((entry) => entry !== undefined)) return undefined;
  // A statement of another run's is not this journal's to remove.
  if (trust !== undefined && trust.sid !== trustSid(runId)) return undefined;
  return {
    path,
    runId,
    mode,
    bucket,
    ...texts(top, ['roleArn', 'account', 'region', 'endpoint', 'profile']),
    process,
    began,
    ended: top.ended === true,
    entries,
    trust,
  };
}

/** Sid of the statement that a run adds to a trust policy. Sids take letters and digits only. */
export function trustSid(runId: string): string {
  return `ChannelMixVerify${runId}`;
}

/** Whether a key can be a probe object's: in the folder of the probes, 128 random bits, at most a tail with special characters. */
export function isProbeKey(key: string): boolean {
  const folder = key.lastIndexOf(PROBE_FOLDER);
  if (folder < 0 || (folder > 0 && key[folder - 1] !== '/')) return false;
  return /^[0-9a-f]{32}(?: [^/]{1,64})?$/.test(key.slice(folder + PROBE_FOLDER.length));
}

type Members = Readonly<Record<string, unknown>>;

function members(value: unknown): Members | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : undefined;
}

function texts<const K extends string>(from: Members, names: readonly K[]): { readonly [N in K]?: string } {
  const found = names.flatMap((name) => (typeof from[name] === 'string' ? [[name, from[name]] as const] : []));
  return Object.fromEntries(found) as { readonly [N in K]?: string };
}

function readMark(value: unknown): ProcessMark | undefined {
  const mark = members(value);
  if (mark === undefined || !Number.isSafeInteger(mark.pid) || (mark.pid as number) <= 0) return undefined;
  if (typeof mark.host !== 'string') return undefined;
  return { pid: mark.pid as number, host: mark.host, ...texts(mark, ['start', 'boot']) };
}

function readTrust(value: unknown): TrustEntry | undefined {
  const { roleArn, sid, original, expires } = members(value) ?? {};
  if ([roleArn, sid, original, expires].some((text) => typeof text !== 'string')) return undefined;
  return { roleArn, sid, original, expires } as TrustEntry;
}

function readEntry(value: unknown): JournalEntry | undefined {
  const entry = members(value);
  if (entry === undefined) return undefined;
  const { id, kind, bucket, key, since, state, versionIds, parts } = entry;
  if (typeof id !== 'string' || typeof bucket !== 'string' || typeof key !== 'string' || typeof since !== 'string') {
    return undefined;
  }
  if ((kind !== 'object' && kind !== 'upload') || (state !== 'intended' && state !== 'created')) return undefined;
  if (!isProbeKey(key) || !Array.isArray(versionIds) || !versionIds.every((one) => typeof one === 'string')) {
    return undefined;
  }
  const readParts = Array.isArray(parts) ? parts.flatMap((part) => readPart(part) ?? []) : [];
  return {
    id,
    kind,
    bucket,
    key,
    since,
    state,
    versionIds,
    ...texts(entry, ['uploadId']),
    ...(entry.unsure === true ? { unsure: true } : {}),
    ...(entry.sole === true ? { sole: true } : {}),
    ...(entry.refused === true ? { refused: true } : {}),
    ...(readParts.length === 0 ? {} : { parts: readParts }),
  };
}

type Part = NonNullable<JournalEntry['parts']>[number];

function readPart(value: unknown): Part | undefined {
  const { number, etag, crc32 } = members(value) ?? {};
  if (!Number.isSafeInteger(number) || typeof etag !== 'string') return undefined;
  return { number: number as number, etag, ...(typeof crc32 === 'string' ? { crc32 } : {}) };
}
