import type { AuditReport } from './audit.ts';
import type { DiagnosisLayer, VerifyReport } from './check.ts';
import type { ErrorCode, Problem } from './errors.ts';
import type { Severity } from './finding.ts';
import type { AccessLevel } from './grant.ts';

/** One client of a fleet file. Made only by `readFleet`, so every value obeys AWS's rules. No secret is in it. */
export interface FleetClient {
  readonly name: string;
  /** Where it stands: `fleet.yaml:12:5`. */
  readonly place: string;
  /** On the role way. */
  readonly roleArn?: string;
  /** On the key way. */
  readonly accessKeyId?: string;
  /** Name of the environment variable that holds the secret of the access key. */
  readonly secretEnv?: string;
  /** Profile of the AWS configuration: of whoever assumes the role, or the one that holds the access key. */
  readonly profile?: string;
  readonly buckets: readonly FleetBucket[];
  readonly access: AccessLevel;
  /** Another bucket of the client's, which must stay closed. */
  readonly otherBucket?: string;
  readonly region?: string;
  readonly as?: FleetMode;
  /** For audits: the role in the client's account that reads what is there. */
  readonly auditorRole?: string;
}

/** What is done with each client of a fleet. */
export type FleetCommand = 'fleet verify' | 'fleet audit';

/** One bucket of a client: what a verify is about. */
export interface FleetBucket {
  readonly name: string;
  /** Folders that access is limited to, each ending in `/`; empty for the whole bucket. */
  readonly prefixes: readonly string[];
  readonly kmsKeyArn?: string;
}

/** How clients of a fleet are verified: nobody can be asked, and nothing of theirs is changed. */
export type FleetMode = 'channelmix' | 'simulate';

/** An entry of a fleet file that cannot be verified. */
export interface InvalidClient {
  /** Its name, or its number in the list where it has none. */
  readonly name: string;
  readonly place: string;
  readonly problems: readonly Problem[];
}

/** A fleet file. */
export interface Fleet {
  readonly clients: readonly FleetClient[];
  readonly invalid: readonly InvalidClient[];
}

/**
 * How the verify of one bucket ended. `unknown`: no answer; it is worth another try. `invalid`: its entry is wrong, and nothing was tried.
 * `interrupted`: a signal stopped it.
 */
export type FleetStatus = 'passed' | 'failed' | 'unknown' | 'invalid' | 'interrupted';

export const FLEET_STATUSES: readonly FleetStatus[] = ['failed', 'unknown', 'invalid', 'interrupted', 'passed'];

/** One line of a fleet's results: a bucket of a client; of an audit, a client with all its buckets. */
export interface FleetResult {
  readonly schemaVersion: number;
  readonly command: FleetCommand;
  /** Hash of everything that the run depends on: the same entry has the same key in every run and every shard. */
  readonly key: string;
  readonly name: string;
  /** Absent on an entry that is wrong. */
  readonly bucket?: string;
  readonly status: FleetStatus;
  /** Something was left behind: it stands in the report, or in the error's message. */
  readonly leftBehind: boolean;
  /** When it ended, ISO 8601 in UTC. */
  readonly at: string;
  /** Wall time in milliseconds, of the last try. */
  readonly ms: number;
  /** Runs that it took: an answer of throttling is tried again, slower. */
  readonly tries: number;
  /** The file that the entry comes from: how many results it must give. */
  readonly fleet: FleetMark;
  readonly report?: VerifyReport;
  /** Of an audit, without its matrix, which is most of it. */
  readonly audit?: AuditReport;
  /** Why there is no report. */
  readonly error?: { readonly code: ErrorCode; readonly message: string; readonly hint?: string };
  readonly problems?: readonly Problem[];
}

/** What tells results of one fleet file from those of another. */
export interface FleetMark {
  /** SHA-256 of the file, the first 16 digits. */
  readonly id: string;
  /** Results that the whole file gives, all shards together. */
  readonly size: number;
  /** `2/4`, where only a part of it was run. */
  readonly shard?: string;
}

/** Clients that fail for the same reason. */
export interface FleetGroup {
  /** Absent where there was no diagnosis: the run could not answer. */
  readonly layer?: DiagnosisLayer;
  /** Of an audit: the rule, and how bad it is. */
  readonly ruleId?: string;
  readonly severity?: Severity;
  /** The cause, with `ROLE`, `BUCKET` and so on where the clients differ. */
  readonly cause: string;
  readonly fix: string;
  readonly names: readonly string[];
}

/** What changed in a fleet since a former audit. */
export interface FleetTrend {
  /** When the oldest of the former results was made, ISO 8601. */
  readonly since: string;
  /** Findings that are new, and those that are gone, of all clients. */
  readonly appeared: number;
  readonly gone: number;
  /** Those with a change; numbers of findings. */
  readonly clients: readonly { readonly name: string; readonly appeared: number; readonly gone: number }[];
}

/** What all results add up to. */
export interface FleetSummary {
  readonly command: FleetCommand;
  readonly counts: Readonly<Record<FleetStatus, number>>;
  /** Results of the fleet that are not there: not done yet, or in a shard that is missing. */
  readonly missing: number;
  /** Shards of which results are there, and of how many: `1/4`. */
  readonly shards: readonly string[];
  readonly groups: readonly FleetGroup[];
  /** The slowest first; names and milliseconds. */
  readonly slowest: readonly { readonly name: string; readonly bucket: string; readonly ms: number }[];
  /** Whose verify left something behind, and the commands that remove it. */
  readonly left: readonly { readonly name: string; readonly bucket: string; readonly commands: readonly string[] }[];
  /** Of an audit that was given former results. */
  readonly trend?: FleetTrend;
}
