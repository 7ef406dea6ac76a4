import { createHash } from 'node:crypto';
import { SCHEMA_VERSION } from '../model/constants.ts';
import { KitError, type Problem } from '../model/errors.ts';
import type { FleetBucket, FleetClient, FleetCommand, FleetMark, FleetResult, InvalidClient } from '../model/fleet.ts';
import type { AccessLevel } from '../model/grant.ts';
import { readVerifyTarget, type VerifyTarget } from '../verify/index.ts';

/** What is run and told as one. Plain data, so that a thread can be given it. */
export type FleetUnit = VerifyUnit | AuditUnit;

interface Unit {
  /** Hash of all that the run depends on. */
  readonly key: string;
  readonly name: string;
  readonly region?: string;
  readonly profile?: string;
  /** Whose limits its calls count against: the client's account. */
  readonly account: string;
  /** The account that assumes the role: all units with the same profile share its limits, too. */
  readonly caller: string;
}

/** The verify of a bucket of a client. */
export interface VerifyUnit extends Unit {
  readonly job: 'verify';
  readonly bucket: string;
  readonly target: VerifyTarget;
  readonly as: 'channelmix' | 'simulate' | 'key';
  /** On the key way: the environment variable that holds the secret of this key. */
  readonly accessKeyId?: string;
  readonly secretEnv?: string;
}

/** The audit of a client with all its buckets, or of what is in a file. */
export interface AuditUnit extends Unit {
  readonly job: 'audit';
  readonly source:
    | { readonly kind: 'aws'; readonly roleArn?: string; readonly accessKeyId?: string; readonly auditorRole?: string }
    | { readonly kind: 'file'; readonly path: string };
  readonly access: AccessLevel;
  /** What ChannelMix is meant to have; empty: what the policies name. */
  readonly buckets: readonly FleetBucket[];
}

/** What all units have in common and does not stand in the file. */
export interface UnitDefaults {
  readonly as?: 'channelmix' | 'simulate' | undefined;
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
  /** A result of another endpoint is another result. */
  readonly endpointUrl?: string | undefined;
}

/**
 * The units of a fleet, in the order of the file.
 *
 * @throws KitError `input` when a client cannot be verified in the way that was asked for
 */
export function fleetUnits(clients: readonly FleetClient[], defaults: UnitDefaults = {}): readonly VerifyUnit[] {
  return clients.flatMap((client) => client.buckets.map((_bucket, index) => unitOf(client, index, defaults)));
}

function unitOf(client: FleetClient, index: number, defaults: UnitDefaults): VerifyUnit {
  const bucket = client.buckets[index];
  const { roleArn, accessKeyId, secretEnv } = client;
  const region = client.region ?? defaults.region;
  const target = readTarget(client, () =>
    readVerifyTarget({
      roleArn,
      accessKeyId,
      bucket: bucket?.name,
      prefixes: bucket?.prefixes,
      access: client.access,
      kmsKeyArn: bucket?.kmsKeyArn,
      otherBucket: client.otherBucket,
      region,
    }),
  );
  const as: VerifyUnit['as'] = target.way === 'key' ? 'key' : (client.as ?? defaults.as ?? 'channelmix');
  const profile = client.profile ?? (secretEnv === undefined ? defaults.profile : undefined);
  const settings = {
    target,
    as,
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    ...(accessKeyId === undefined ? {} : { accessKeyId }),
    ...(secretEnv === undefined ? {} : { secretEnv }),
  };
  return {
    job: 'verify',
    key: hashOf([client.name, settings, defaults.endpointUrl ?? '']),
    name: client.name,
    bucket: target.bucket,
    ...settings,
    account: target.account ?? accessKeyId ?? client.name,
    caller: target.way === 'key' ? `key ${accessKeyId ?? ''}` : `profile ${profile ?? ''}`,
  };
}

/** The buckets of a unit, as its result names them. */
export function bucketOf(unit: FleetUnit): string {
  return unit.job === 'verify' ? unit.bucket : unit.buckets.map(({ name }) => name).join(', ');
}

/** Results of entries that are wrong and are skipped. */
export function skippedResults(
  invalid: readonly InvalidClient[],
  command: FleetCommand,
  fleet: FleetMark,
  date: Date,
): readonly FleetResult[] {
  return invalid.map(({ name, problems }) => ({
    schemaVersion: SCHEMA_VERSION,
    command,
    key: hashOf(['invalid', name, problems]),
    name,
    status: 'invalid',
    leftBehind: false,
    at: date.toISOString(),
    ms: 0,
    tries: 0,
    fleet,
    problems,
  }));
}

/** Environment variables that hold no secret though an entry names them, each once. */
export function missingSecrets(
  units: readonly FleetUnit[],
  env: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const named = units.flatMap((unit) => (unit.job === 'verify' ? (unit.secretEnv ?? []) : []));
  return [...new Set(named)].filter((name) => (env[name] ?? '').trim() === '');
}

/** The rules of a verify's flags are those of the file; what they say is told with the place in the file. */
function readTarget(client: FleetClient, read: () => VerifyTarget): VerifyTarget {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof KitError)) throw error;
    const problems: readonly Problem[] = error.problems;
    throw new KitError('input', `${client.place} (${client.name}): ${error.message}`, { cause: error, problems });
  }
}

/** SHA-256 of plain data, 32 digits of it; members in the order in which they are written above. */
export function hashOf(data: unknown): string {
  return createHash('sha256').update(JSON.stringify(data)).digest('hex').slice(0, 32);
}
