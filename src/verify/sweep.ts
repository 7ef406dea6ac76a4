import pMap from 'p-map';
import type { AwsClients, Caller } from '../aws/index.ts';
import type { Leftover } from '../model/check.ts';
import { CHANNELMIX_ACCOUNT_ID, PROBE_FOLDER, SCHEMA_VERSION } from '../model/constants.ts';
import type { SweepFound, SweepReport } from '../model/sweep.ts';
import { SURELY_DEAD_MS } from './alive.ts';
import { type Look, lookWith } from './cleanup.ts';
import { awsCommand } from './commands.ts';
import { rewriteJournal } from './journal-file.ts';
import { type FoundJournal, type Journals, readJournals } from './journal-read.ts';
import { leftovers } from './leftovers.ts';
import type { VerifyPorts } from './ports.ts';
import { identify } from './prepare.ts';
import { openSession } from './session.ts';
import { sweepJournal } from './sweep-journal.ts';
import { createSweepCount, createSweepOutcome, type SweepCount, type SweepOutcome } from './sweep-plan.ts';
import { findProbes, type ProbeFolder, removeProbes } from './sweep-prefix.ts';
import { deadStatements, sweepJournalTrust, sweepStatements } from './sweep-trust.ts';

/** What is swept, and how. */
export interface SweepOptions {
  /** Also what no journal tells of: below the folders of probes in this bucket. */
  readonly bucket?: string | undefined;
  /** Folders that access was limited to, each ending in `/`. */
  readonly prefixes?: readonly string[];
  /** Also temporary statements in the trust policy of this role. */
  readonly roleArn?: string | undefined;
  readonly dryRun: boolean;
  readonly stateDirectory: string;
  /** Ports with the credentials of a profile that a journal names, unless others were asked for. */
  readonly connect: (profile: string | undefined) => VerifyPorts;
  /** Asked before anything is removed. */
  readonly confirm: (plan: SweepPlan) => Promise<boolean>;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970; default: this machine's clock. */
  readonly now?: () => number;
}

/** What a sweep would remove. */
export interface SweepPlan {
  readonly caller: Caller;
  readonly found: SweepFound;
  readonly samples: readonly string[];
}

/** How often the folder of probes is listed again after everything in it was removed. */
const MAX_ROUNDS = 5;
/** Everything of a dead run's journal is a handful of calls. */
const JOURNALS_AT_ONCE = 4;

interface Sweep {
  readonly options: SweepOptions;
  readonly ports: VerifyPorts;
  readonly caller: Caller;
  /** Clients that may reach what a role's run made: the caller's own, or for ChannelMix those of the role's session. */
  readonly clientsFor: (roleArn: string | undefined) => Promise<AwsClients | undefined>;
  readonly folders: readonly ProbeFolder[];
  readonly dead: readonly FoundJournal[];
  /** Facts for the report, each once. */
  readonly notes: Set<string>;
}

/**
 * Removes what dead runs left: plans, asks, removes, and looks again until nothing is left. A second sweep finds nothing and writes nothing.
 *
 * @returns the report; `undefined` when the plan was declined
 * @throws KitError `credentials`, `network` or `service` when nothing could be found out
 */
export async function sweep(options: SweepOptions): Promise<SweepReport | undefined> {
  const journals = await readJournals(options.stateDirectory, timeOf(options));
  const wanted = journals.dead.filter((journal) => isWanted(journal, options));
  const profiles = new Set(wanted.map(({ profile }) => profile));
  const ports = options.connect(profiles.size === 1 ? wanted[0]?.profile : undefined);
  try {
    const { host } = ports.clients();
    const dead = wanted.filter(({ endpoint = 'AWS' }) => endpoint === host);
    const notes = new Set(notesOf(journals, wanted, dead));
    const nothing = dead.length === 0 && options.bucket === undefined && options.roleArn === undefined;
    if (nothing) return reportOf(options, host, undefined, createSweepCount(), createSweepOutcome(), notes);
    const caller = await identify(ports, { way: 'role' }, options.signal);
    const sweeping = { options, ports, caller, dead, notes, clientsFor: sessions(ports, caller, options.signal) };
    return await planAndRemove({ ...sweeping, folders: foldersOf(options, journals) });
  } finally {
    ports.close();
  }
}

function timeOf({ now = Date.now }: SweepOptions): number {
  return now();
}

function isWanted(journal: FoundJournal, { bucket, roleArn }: SweepOptions): boolean {
  if (bucket !== undefined && journal.bucket !== bucket) return false;
  return roleArn === undefined || journal.roleArn === undefined || journal.roleArn === roleArn;
}

/** ChannelMix reaches a client's bucket by the role only; one session for each role. */
function sessions(ports: VerifyPorts, caller: Caller, signal: AbortSignal): Sweep['clientsFor'] {
  const known = new Map<string, Promise<AwsClients | undefined>>();
  const assume = async (roleArn: string) => {
    const name = `channelmix-sweep-${ports.newId().slice(0, 16)}`;
    const session = await openSession(ports.clients(), roleArn, name, signal);
    return session && ports.clients({ credentials: session.credentials });
  };
  return async (roleArn) => {
    if (roleArn === undefined || caller.account !== CHANNELMIX_ACCOUNT_ID) return ports.clients();
    const session = known.get(roleArn) ?? assume(roleArn);
    known.set(roleArn, session);
    return session;
  };
}

/** The folders of probes; what lies in them counts as left behind when its run is over, or too old to be a live one's. */
function foldersOf(options: SweepOptions, journals: Journals): readonly ProbeFolder[] {
  const { bucket, prefixes = [] } = options;
  if (bucket === undefined) return [];
  const keysOf = (found: readonly FoundJournal[]) =>
    new Set(found.filter((one) => one.bucket === bucket).flatMap(({ entries }) => entries.map(({ key }) => key)));
  const [live, dead] = [keysOf(journals.live), keysOf(journals.dead)];
  const isOver = (key: string, time: number) =>
    dead.has(key) || (!live.has(key) && timeOf(options) - time > SURELY_DEAD_MS);
  return ['', ...prefixes].map((prefix) => ({ bucket, folder: `${prefix}${PROBE_FOLDER}`, isOver }));
}

async function planAndRemove(sweeping: Sweep): Promise<SweepReport | undefined> {
  const { options, ports, caller, dead, notes } = sweeping;
  const { host } = ports.clients();
  const count = createSweepCount();
  const unknown = createSweepOutcome();
  for (const journal of dead) count.journal(journal);
  const statements = await findStatements(sweeping);
  for (const sid of statements.sids) count.statement(options.roleArn ?? '', sid);
  unknown.add({ removed: 0, left: statements.left });
  const journaled = new Set(dead.flatMap(({ entries }) => entries.map(({ bucket, key }) => `${bucket}/${key}`)));
  for await (const page of scan(sweeping, unknown)) {
    const others = page.items.filter(({ key }) => !journaled.has(`${page.folder.bucket}/${key}`));
    count.probes(page.folder.bucket, others);
  }
  const found = count.found();
  const any = Object.values(found).some((number) => number > 0);
  if (!any || options.dryRun) return reportOf(options, host, caller, count, unknown, notes);
  if (!(await options.confirm({ caller, found, samples: count.samples() }))) return undefined;
  const outcome = createSweepOutcome();
  await removeAll(sweeping, statements.sids, outcome);
  if (statements.left.length > 0) outcome.add({ removed: 0, left: statements.left });
  return reportOf(options, host, caller, count, outcome, notes);
}

async function findStatements({ options, ports, caller, dead }: Sweep) {
  const { roleArn, signal, stateDirectory } = options;
  if (roleArn === undefined) return { sids: [], left: [] };
  // ChannelMix may not read the client's roles; its runs never edit them.
  if (caller.account === CHANNELMIX_ACCOUNT_ID) return { sids: [], left: [] };
  const { live } = await readJournals(stateDirectory, timeOf(options));
  const isDead = (runId: string) => {
    if (dead.some((one) => one.runId === runId)) return true;
    return live.some((one) => one.runId === runId) ? false : undefined;
  };
  const statements = await deadStatements(ports.clients(), roleArn, isDead, signal);
  if ('left' in statements) return { sids: [], left: statements.left };
  const journaled = dead.flatMap(({ trust }) => trust?.sid ?? []);
  return { sids: statements.sids.filter((sid) => !journaled.includes(sid)), left: [] };
}

/** Every page of every folder of probes; what cannot be listed goes to `outcome`. */
async function* scan(sweeping: Sweep, outcome: SweepOutcome) {
  for (const folder of sweeping.folders) {
    const look = await lookFor(sweeping, sweeping.options.roleArn);
    if (look === undefined) {
      outcome.add({ removed: 0, left: [unreachable(folder)] });
      continue;
    }
    for await (const page of findProbes(look, folder)) {
      // Who may not list uploads may not abort them, either: minimal access, with which no run begins one.
      if ('left' in page && page.uploads && page.denied) sweeping.notes.add(uploadsUnseen(folder));
      else if ('left' in page) outcome.add({ removed: 0, left: [page.left] });
      else yield { folder, look, items: page.items };
    }
  }
}

async function lookFor(sweeping: Sweep, roleArn: string | undefined): Promise<Look | undefined> {
  const clients = await sweeping.clientsFor(roleArn);
  return clients === undefined ? undefined : lookWith(clients, sweeping.options.signal);
}

async function removeAll(sweeping: Sweep, sids: readonly string[], outcome: SweepOutcome): Promise<void> {
  const { options, ports, dead } = sweeping;
  const { roleArn, signal } = options;
  if (roleArn !== undefined && sids.length > 0) {
    outcome.add(await sweepStatements(ports.clients(), roleArn, sids, ports, signal));
  }
  await pMap(dead, async (journal) => outcome.add(await sweepOne(sweeping, journal)), {
    concurrency: JOURNALS_AT_ONCE,
  });
  for (let round = 1; sweeping.folders.length > 0; round++) {
    const pages = createSweepOutcome();
    for await (const page of scan(sweeping, pages)) {
      pages.add(await removeProbes(page.look, page.folder.bucket, page.items));
    }
    const { removed } = pages.result();
    // What cannot be removed is found again in each round, and told once.
    if (removed === 0 || round === MAX_ROUNDS) return outcome.add(pages.result());
    outcome.add({ removed, left: [] });
  }
}

async function sweepOne(sweeping: Sweep, journal: FoundJournal) {
  const { ports, caller, options } = sweeping;
  const trust = await sweepJournalTrust(journal, ports.clients(), caller.account, ports, options.signal);
  const rest = trust.left.length > 0 ? journal : { ...journal, trust: undefined };
  if (rest !== journal && journal.trust !== undefined) {
    // What cannot be written down stops no removal: the next sweep finds the statement gone.
    await rewriteJournal(journal, { trust: undefined }).catch((error: unknown) => sweeping.notes.add(textOf(error)));
  }
  const clients = await sweeping.clientsFor(journal.roleArn);
  if (clients === undefined) {
    return {
      removed: trust.removed,
      left: [...trust.left, ...rest.entries.flatMap((entry) => leftovers(entry, 'unsure'))],
    };
  }
  const swept = await sweepJournal(rest, clients, ports, options.signal, (error) => sweeping.notes.add(textOf(error)));
  return { removed: trust.removed + swept.removed, left: [...trust.left, ...swept.left] };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function unreachable({ bucket, folder }: ProbeFolder): Leftover {
  return {
    kind: 'object',
    what: `may be there: what earlier runs left below s3://${bucket}/${folder}; the role could not be assumed to look`,
    command: awsCommand('s3api', 'list-object-versions', '--bucket', bucket, '--prefix', folder),
    reason: 'unsure',
  };
}

function uploadsUnseen({ bucket, folder }: ProbeFolder): string {
  return `unfinished uploads below s3://${bucket}/${folder} cannot be listed with this access; credentials of the bucket's owner see them`;
}

function notesOf(
  journals: Journals,
  wanted: readonly FoundJournal[],
  dead: readonly FoundJournal[],
): readonly string[] {
  const elsewhere = [...new Set(wanted.filter((one) => !dead.includes(one)).map(({ endpoint = 'AWS' }) => endpoint))];
  return [
    ...elsewhere.map((endpoint) =>
      endpoint === 'AWS'
        ? 'a run against AWS itself left a journal: sweep without --endpoint-url looks after it'
        : `a run against ${endpoint} left a journal: sweep with its --endpoint-url looks after it`,
    ),
    ...(journals.live.length === 0 ? [] : [`${journals.live.length} running now: what they made is left alone`]),
    ...journals.unreadable.map((path) => `${path} is no journal that can be read, and was left alone`),
  ];
}

function reportOf(
  options: SweepOptions,
  host: string,
  caller: Caller | undefined,
  count: SweepCount,
  outcome: SweepOutcome,
  notes: ReadonlySet<string>,
): SweepReport {
  const found = count.found();
  const { removed, left, moreLeft } = outcome.result();
  const any = Object.values(found).some((number) => number > 0);
  return {
    schemaVersion: SCHEMA_VERSION,
    command: 'sweep',
    date: new Date().toISOString(),
    dryRun: options.dryRun,
    ...(caller === undefined ? {} : { caller }),
    ...(host === 'AWS' ? {} : { endpoint: host }),
    ok: left.length === 0 && !(options.dryRun && any),
    found,
    samples: count.samples(),
    removed,
    left,
    moreLeft,
    notes: [...notes],
  };
}
