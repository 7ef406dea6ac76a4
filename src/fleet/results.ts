import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { SCHEMA_VERSION } from '../model/constants.ts';
import { cannotRead, KitError } from '../model/errors.ts';
import {
  FLEET_STATUSES,
  type FleetCommand,
  type FleetMark,
  type FleetResult,
  type FleetStatus,
} from '../model/fleet.ts';

/** A result where it stands in its file. */
interface Line {
  readonly result: FleetResult;
  /** Of the line in the file, in bytes, its end left out. */
  readonly offset: number;
  readonly length: number;
}

/** Results of one fleet in one or more files, each once: the latest of those with the same key. */
export interface FleetResults {
  readonly count: number;
  readonly fleet: FleetMark | undefined;
  /** What was done with the clients; `fleet verify` where there are no results. */
  readonly command: FleetCommand;
  /** Shards that results come from: `1/4`. */
  readonly shards: readonly string[];
  /** What was worth a word: files that end in the middle of a line. */
  readonly notes: readonly string[];
  /** Reads them one by one: first what did not pass, then by name. Can be called again. */
  readonly read: () => AsyncGenerator<FleetResult, void, void>;
  /** A result of a client of that name. */
  readonly find: (name: string) => Promise<FleetResult | undefined>;
}

interface Place {
  readonly file: string;
  readonly offset: number;
  readonly length: number;
  readonly name: string;
  readonly status: FleetStatus;
  readonly at: string;
}

/** The longest line that is read: a report has some kilobytes. */
const MAX_LINE_BYTES = 4_194_304;

/**
 * Finds the results in files of NDJSON: what `fleet verify --output ndjson` printed, or a state file. Keeps only where each one stands.
 *
 * @throws KitError `input` for what is no such file, and for files of different fleets
 */
export async function findResults(files: readonly string[]): Promise<FleetResults> {
  const places = new Map<string, Place>();
  const shards = new Set<string>();
  const notes: string[] = [];
  let fleet: (FleetMark & { readonly file: string }) | undefined;
  let command: FleetCommand | undefined;
  for (const file of files) {
    const note = (text: string) => notes.push(text);
    for await (const { result, offset, length } of readLines(file, note)) {
      const { key, name, status, at } = result;
      fleet ??= { ...result.fleet, file };
      command ??= result.command;
      if (fleet.id !== result.fleet.id || command !== result.command) throw otherFleet(fleet.file, file);
      if (result.fleet.shard !== undefined) shards.add(result.fleet.shard);
      const known = places.get(key);
      if (known === undefined || known.at <= at) places.set(key, { file, offset, length, name, status, at });
    }
  }
  return {
    count: places.size,
    fleet: fleet === undefined ? undefined : { id: fleet.id, size: fleet.size },
    command: command ?? 'fleet verify',
    shards: [...shards].sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10)),
    notes,
    read: () => readPlaces([...places.values()]),
    find: createFinder(places),
  };
}

function otherFleet(one: string, other: string): KitError {
  return new KitError('input', `${one} and ${other} have results of different fleet files, or of different commands`, {
    hint: 'Merge the shards of one run: all of them read the same fleet file.',
  });
}

async function* readPlaces(places: readonly Place[]): AsyncGenerator<FleetResult, void, void> {
  const rank = new Map(FLEET_STATUSES.map((status, index) => [status, index]));
  const sorted = [...places].sort(
    (a, b) => (rank.get(a.status) ?? 0) - (rank.get(b.status) ?? 0) || compare(a.name, b.name) || a.offset - b.offset,
  );
  const handles = new Map<string, FileHandle>();
  try {
    for (const { file, offset, length } of sorted) {
      const handle = handles.get(file) ?? (await open(file, 'r'));
      handles.set(file, handle);
      const { buffer } = await handle.read(Buffer.alloc(length), 0, length, offset);
      yield JSON.parse(buffer.toString('utf8')) as FleetResult;
    }
  } finally {
    for (const handle of handles.values()) await handle.close();
  }
}

function createFinder(places: ReadonlyMap<string, Place>): FleetResults['find'] {
  let byName: ReadonlyMap<string, Place> | undefined;
  return async (name) => {
    byName ??= new Map([...places.values()].map((place) => [place.name, place]));
    const place = byName.get(name);
    if (place === undefined) return undefined;
    for await (const result of readPlaces([place])) return result;
    return undefined;
  };
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/**
 * The results in a file, in order. A last line without an end is what a crash left of it, and is not read.
 *
 * @throws KitError `input` that names file and line
 */
export async function* readLines(
  file: string,
  note: (text: string) => void = () => undefined,
): AsyncGenerator<Line, void, void> {
  let rest = Buffer.alloc(0);
  let offset = 0;
  let number = 0;
  for await (const chunk of chunksOf(file)) {
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      const line = rest.length === 0 ? chunk.subarray(from, end) : Buffer.concat([rest, chunk.subarray(from, end)]);
      rest = Buffer.alloc(0);
      from = end + 1;
      number++;
      if (line.toString('utf8').trim() !== '') {
        yield { result: parseLine(line, `${file}:${number}`), offset, length: line.length };
      }
      offset += line.length + 1;
    }
    rest = Buffer.concat([rest, chunk.subarray(from)]);
    if (rest.length > MAX_LINE_BYTES) throw notResults(`${file}:${number + 1}`, 'the line is too long');
  }
  if (rest.length === 0) return;
  const whole = wholeResult(rest);
  if (whole !== undefined) yield { result: whole, offset, length: rest.length };
  else if (number === 0 && !beginsLikeResult(rest)) throw notResults(`${file}:1`, 'it is not NDJSON');
  else note(`${file} ends in the middle of a line, as a crash leaves it; that result does not count`);
}

/** A file whose last line has no line feed, because somebody cut it off and nothing else. */
function wholeResult(line: Buffer): FleetResult | undefined {
  try {
    return parseLine(line, '');
  } catch {
    return undefined;
  }
}

/** Half of a first line: what a crash leaves of a run that had one result. */
function beginsLikeResult(line: Buffer): boolean {
  const text = line.toString('utf8');
  return text.startsWith(BEGINNING) || BEGINNING.startsWith(text);
}

/** What every result begins with, as it is written. */
const BEGINNING = `{"schemaVersion":${SCHEMA_VERSION},"command":"fleet `;

async function* chunksOf(file: string): AsyncGenerator<Buffer, void, void> {
  try {
    for await (const chunk of createReadStream(file)) yield chunk as Buffer;
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    if (!/^E[A-Z]+$/.test(code)) throw cause;
    throw cannotRead(file, cause);
  }
}

function parseLine(line: Buffer, place: string): FleetResult {
  let value: unknown;
  try {
    value = JSON.parse(line.toString('utf8'));
  } catch (cause) {
    throw notResults(place, 'it is not JSON', cause);
  }
  if (!isResult(value)) throw notResults(place, 'it is not a result of fleet verify or fleet audit');
  return value;
}

function notResults(place: string, why: string, cause?: unknown): KitError {
  return new KitError('input', `${place}: ${why}`, {
    hint: 'Give the files that channelmix-s3 fleet verify or fleet audit wrote with --output ndjson, or their state files.',
    ...(cause === undefined ? {} : { cause }),
  });
}

function isResult(value: unknown): value is FleetResult {
  if (typeof value !== 'object' || value === null) return false;
  const { command, key, name, status, at, fleet } = value as Partial<FleetResult>;
  return (
    (command === 'fleet verify' || command === 'fleet audit') &&
    typeof key === 'string' &&
    typeof name === 'string' &&
    typeof at === 'string' &&
    FLEET_STATUSES.some((known) => known === status) &&
    typeof fleet?.id === 'string' &&
    typeof fleet.size === 'number'
  );
}
