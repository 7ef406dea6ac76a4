import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { invalidClients, MAX_FLEET_BYTES, readFleet } from '../documents/read-fleet.ts';
import {
  auditUnits,
  type FleetAudit,
  type FleetUnit,
  fileUnits,
  fleetUnits,
  inShard,
  missingSecrets,
  readShard,
  type Shard,
  skippedResults,
} from '../fleet/index.ts';
import { KitError } from '../model/errors.ts';
import type { FleetMark, FleetResult, InvalidClient } from '../model/fleet.ts';
import type { AccessLevel } from '../model/grant.ts';
import { stateDirectory } from '../verify/index.ts';
import { readAcceptedFile } from './accepted-file.ts';
import type { Context } from './context.ts';
import { auditFiles } from './fleet-audit.ts';
import type { FleetOutput } from './fleet-output.ts';

/** What `fleet verify` or `fleet audit` was asked; without a value what was not given, so that one can see what was. */
export interface FleetArgs {
  readonly action: 'verify' | 'audit';
  /** The fleet file; of an audit also files with what was read before. */
  readonly file?: string | undefined;
  readonly files: readonly string[];
  readonly concurrency?: string | undefined;
  readonly threads?: string | undefined;
  readonly resume?: boolean | undefined;
  readonly state?: string | undefined;
  readonly shard?: string | undefined;
  readonly 'skip-invalid'?: boolean | undefined;
  readonly as?: 'channelmix' | 'simulate' | undefined;
  readonly probes?: 'essential' | 'all' | undefined;
  readonly wait?: string | undefined;
  readonly access?: AccessLevel | undefined;
  readonly 'fail-on'?: FleetAudit['failOn'] | undefined;
  readonly accept?: string | undefined;
  readonly 'last-accessed'?: boolean | undefined;
  readonly former?: readonly string[] | undefined;
  readonly output: FleetOutput['format'];
  readonly out?: string | undefined;
  readonly force: boolean;
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
  readonly 'endpoint-url'?: string | undefined;
}

/** What is to be done, before anything is. */
export interface FleetPlan {
  readonly units: readonly FleetUnit[];
  readonly skipped: readonly FleetResult[];
  /** Files that are audited, in other shards, too. */
  readonly inputs: readonly string[];
  readonly mark: FleetMark;
  readonly statePath: string;
  /** What the units come from, for titles. */
  readonly title: string;
  readonly audit: FleetAudit | undefined;
}

/** What a run has to do. @throws KitError `input`, `usage` and `credentials` with nothing begun */
export async function planFleet(args: FleetArgs, context: Context): Promise<FleetPlan> {
  const shard = args.shard === undefined ? undefined : readShard(args.shard, context.env);
  const audit = args.action === 'verify' ? undefined : await auditSettings(args);
  const source = await readSource(args, audit, context);
  const mine = ({ name }: { readonly name: string }) => shard === undefined || inShard(name, shard);
  const units = source.units.filter(mine);
  const missing = missingSecrets(units, context.env);
  if (missing.length > 0) {
    throw new KitError('credentials', `these environment variables are not set: ${missing.slice(0, 20).join(', ')}`, {
      hint: `${source.title} names them with "secretEnv" as the place of secrets. Nothing was started.`,
    });
  }
  const mark: FleetMark = {
    id: hash(source.content).slice(0, 16),
    size: source.units.length + source.invalid.length,
    ...(shard === undefined ? {} : { shard: `${shard.index}/${shard.count}` }),
  };
  const { title } = source;
  return {
    units,
    skipped: skippedResults(source.invalid.filter(mine), `fleet ${args.action}`, mark, new Date()),
    inputs: source.inputs,
    mark,
    statePath: args.state ?? defaultState(title, source.path, args.action, shard, context),
    title,
    audit,
  };
}

/** Where the units come from: a fleet file, or files with what was read before. */
interface FleetSource {
  readonly units: readonly FleetUnit[];
  readonly invalid: readonly InvalidClient[];
  /** Files that are audited. */
  readonly inputs: readonly string[];
  /** What another fleet has another of. */
  readonly content: string;
  readonly title: string;
  /** What the state file is named after. */
  readonly path: string;
}

async function readSource(args: FleetArgs, audit: FleetAudit | undefined, context: Context): Promise<FleetSource> {
  const { file, profile, region } = args;
  const settings = hash(JSON.stringify(audit ?? {}));
  if (file === undefined) {
    const files = await auditFiles(args.files, context.note);
    const paths = files.map(({ path }) => path);
    const title = args.files.length === 1 ? (args.files[0] ?? '') : `${args.files.length} files`;
    return {
      units: fileUnits(files, args.access ?? 'minimal', { settings }),
      invalid: [],
      inputs: paths,
      content: paths.join('\n'),
      title,
      path: paths.map((path) => resolve(path)).join('\n'),
    };
  }
  const text = await readFleetText(file);
  const { clients, invalid } = readFleet(text, file);
  if (invalid.length > 0 && args['skip-invalid'] !== true) throw invalidClients(file, invalid);
  const defaults = {
    profile,
    region,
    endpointUrl: args['endpoint-url'] ?? (context.env.AWS_ENDPOINT_URL || undefined),
  };
  const units =
    audit === undefined
      ? fleetUnits(clients, { ...defaults, as: args.as })
      : auditUnits(clients, { ...defaults, settings });
  return { units, invalid, inputs: [], content: text, title: file, path: resolve(file) };
}

async function auditSettings(args: FleetArgs): Promise<FleetAudit> {
  const accepted = args.accept === undefined ? [] : await readAcceptedFile(args.accept);
  return { failOn: args['fail-on'] ?? 'error', lastAccessed: args['last-accessed'] === true, accepted };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A file of its own for each fleet file and shard, in the user's folder for state. */
function defaultState(
  title: string,
  path: string,
  action: FleetArgs['action'],
  shard: Shard | undefined,
  context: Context,
): string {
  const part = shard === undefined ? '' : `-${shard.index}-of-${shard.count}`;
  const name = basename(title).replace(/[^\w.-]/g, '_');
  const job = action === 'verify' ? '' : '-audit';
  return join(stateDirectory(context.env), 'fleet', `${name}-${hash(path).slice(0, 12)}${job}${part}.ndjson`);
}

/** The text of a fleet file; reads a byte more than the reader accepts, which says that it is too much. @throws KitError `input` */
async function readFleetText(path: string): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of createReadStream(path, { end: MAX_FLEET_BYTES })) chunks.push(chunk as Buffer);
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: 'there is no such file',
      EISDIR: 'it is a folder',
      ERR_ENCODING_INVALID_ENCODED_DATA: 'it is not text in UTF-8',
    };
    throw new KitError('input', `cannot read ${path}: ${reasons[code] ?? code}`, { cause });
  }
}
