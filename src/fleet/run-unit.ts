import type { Caller } from '../aws/index.ts';
import { type AwsConnector, createAwsConnector } from '../aws/index.ts';
import type { AuditReport } from '../model/audit.ts';
import type { VerifyReport } from '../model/check.ts';
import { type ErrorCode, KitError } from '../model/errors.ts';
import type { FleetStatus } from '../model/fleet.ts';
import {
  collectReport,
  type FoundJournal,
  shareVerifyPorts,
  simulate,
  type VerifyEvent,
  type VerifyPorts,
  verify,
} from '../verify/index.ts';
import { auditStatus, type FleetAudit, runAudit } from './run-audit.ts';
import type { Pace } from './schedule.ts';
import type { AuditUnit, FleetUnit, VerifyUnit } from './units.ts';

/** How a fleet reaches AWS; what a client's entry says goes first. */
export interface FleetAws {
  readonly region?: string | undefined;
  readonly endpointUrl?: string | undefined;
  /** How long changes in IAM are waited for, in milliseconds. Default 30 s. */
  readonly waitMs?: number | undefined;
  /** Default: the essential ones. */
  readonly probes?: 'essential' | 'all' | undefined;
  /** Folder of the journals (`stateDirectory`), so that `sweep` finds what a killed run left. Default: in memory. */
  readonly stateDirectory?: string | undefined;
  /** Journals of dead runs, read once for all; with `stateDirectory`. */
  readonly dead?: readonly FoundJournal[] | undefined;
  /** Who assumes the roles, by profile: asked once, not in every run. */
  readonly callers?: Readonly<Record<string, Caller>> | undefined;
  /** Of audits; they need none of the above but region and endpoint. */
  readonly audit?: FleetAudit | undefined;
}

/** How one run ended. Plain data, so that a thread can hand it over. */
export interface UnitOutcome {
  readonly report?: VerifyReport;
  readonly audit?: { readonly report: AuditReport; readonly status: FleetStatus };
  readonly error?: { readonly code: ErrorCode; readonly message: string; readonly hint?: string };
  readonly pace: Pace;
  readonly ms: number;
}

/** Runs units, as many at once as it is given. */
export interface Runner {
  /** Never throws: what went wrong is in the outcome. */
  readonly run: (unit: FleetUnit) => Promise<UnitOutcome>;
  /** The first interrupt: runs under way end and clean up. */
  readonly stop: () => void;
  /** The second: cleanups end, too, and tell what is left. */
  readonly hurry: () => void;
  /** Closes connections; nothing is under way any more. */
  readonly close: () => Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Runs units in this thread. The runs share connections, one credential chain a profile, and the loaded SDK. */
export function createLocalRunner(aws: FleetAws, env: Environment): Runner {
  const connectors = new Map<string, AwsConnector>();
  const interrupts = createInterrupts();
  const connectorFor = (profile = ''): AwsConnector => {
    const connector = connectors.get(profile) ?? fleetConnector(aws, profile);
    connectors.set(profile, connector);
    return connector;
  };
  return {
    run: async (unit) => {
      const began = performance.now();
      const own = interrupts.begin();
      try {
        if (unit.job === 'audit') {
          return {
            ...(await auditOne(unit, aws, connectorFor, own.signal)),
            ms: Math.round(performance.now() - began),
          };
        }
        const connector = connectorFor(unit.profile);
        if (unit.profile !== undefined && unit.accessKeyId !== undefined) await checkKey(unit, connector);
        const credentials = keyCredentials(unit, env);
        const ports = shareVerifyPorts(connector, {
          ...(credentials === undefined ? {} : { credentials }),
          ...(unit.region === undefined ? {} : { region: unit.region }),
        });
        const events = eventsOf(unit, ports, aws, own);
        const report = await collectReport(events);
        return { report, pace: paceOf(report), ms: Math.round(performance.now() - began) };
      } catch (error) {
        return { ...failed(error), ms: Math.round(performance.now() - began) };
      } finally {
        own.end();
      }
    },
    stop: interrupts.stop,
    hurry: interrupts.hurry,
    close: async () => {
      for (const connector of connectors.values()) connector.close();
    },
  };
}

/** The connections of all units with the same profile; the empty one is the usual chain. */
export function fleetConnector({ region, endpointUrl }: FleetAws, profile: string): AwsConnector {
  return createAwsConnector({
    ...(profile === '' ? {} : { profile }),
    region,
    endpointUrl,
    mfaCode: refuseMfa,
    shared: true,
  });
}

async function auditOne(
  unit: AuditUnit,
  { audit: settings }: FleetAws,
  connectorFor: (profile?: string) => AwsConnector,
  signal: AbortSignal,
): Promise<Pick<UnitOutcome, 'audit' | 'pace'>> {
  if (settings === undefined) throw new Error('an audit without its settings');
  const report = await runAudit(unit, settings, () => connectorFor(unit.profile), signal);
  const throttled = report.unjudged.some(({ kind }) => kind === 'throttling');
  return {
    audit: { report, status: auditStatus(report, settings) },
    pace: throttled ? 'account-throttled' : 'good',
  };
}

function eventsOf(
  { target, as, profile }: VerifyUnit,
  ports: VerifyPorts,
  aws: FleetAws,
  own: { readonly signal: AbortSignal; readonly hurry: AbortSignal },
): AsyncIterable<VerifyEvent> {
  if (as === 'simulate') return simulate({ target, ports, signal: own.signal });
  const caller = as === 'channelmix' ? aws.callers?.[profile ?? ''] : undefined;
  return verify({
    target,
    ports,
    ...(aws.waitMs === undefined ? {} : { waitMs: aws.waitMs }),
    ...(aws.probes === 'all' ? {} : { probes: 'essential' }),
    ...(caller === undefined ? {} : { caller }),
    ...(aws.stateDirectory === undefined
      ? {}
      : { state: { directory: aws.stateDirectory, profile, dead: aws.dead ?? [] } }),
    signal: own.signal,
    stopCleanup: own.hurry,
  });
}

/** Signals of their own for each run: one signal for all would keep a listener of every run that there was. */
function createInterrupts() {
  type Pair = { readonly signal: AbortController; readonly hurry: AbortController };
  const running = new Set<Pair>();
  let stopped = false;
  let hurried = false;
  const abort = (pair: Pair) => {
    if (stopped) pair.signal.abort('interrupted');
    if (hurried) pair.hurry.abort('interrupted');
  };
  return {
    begin: () => {
      const pair: Pair = { signal: new AbortController(), hurry: new AbortController() };
      running.add(pair);
      abort(pair);
      return { signal: pair.signal.signal, hurry: pair.hurry.signal, end: () => running.delete(pair) };
    },
    stop: () => {
      stopped = true;
      for (const pair of running) abort(pair);
    },
    hurry: () => {
      stopped = true;
      hurried = true;
      for (const pair of running) abort(pair);
    },
  };
}

/** The access key of a client whose secret is in the environment. @throws KitError `credentials` when it is not */
function keyCredentials({ accessKeyId, secretEnv, name }: VerifyUnit, env: Environment) {
  if (accessKeyId === undefined || secretEnv === undefined) return undefined;
  const secretAccessKey = (env[secretEnv] ?? '').trim();
  if (secretAccessKey !== '') return { accessKeyId, secretAccessKey };
  throw new KitError('credentials', `the environment variable ${secretEnv} with the secret of ${name} is not set`);
}

/** A profile of another key would verify somebody else's access. @throws KitError `credentials` */
async function checkKey({ accessKeyId, profile, name }: VerifyUnit, connector: AwsConnector): Promise<void> {
  const sts = await connector.clients().sts();
  const held = await sts.config.credentials().catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new KitError('credentials', `no credentials were found (${reason})`, { cause });
  });
  if (held.accessKeyId === accessKeyId) return;
  throw new KitError('credentials', `profile ${profile} holds another access key than the one of ${name}`);
}

async function refuseMfa(serial: string): Promise<string> {
  throw new KitError('credentials', `the profile demands an MFA code of ${serial}, and a fleet asks nobody`, {
    hint: 'Get a session first (aws sts get-session-token), or try this client alone.',
  });
}

function failed(error: unknown): Pick<UnitOutcome, 'error' | 'pace'> {
  if (!(error instanceof KitError)) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { error: { code: 'internal', message }, pace: 'good' };
  }
  const { code, message, hint } = error;
  return {
    error: { code, message, ...(hint === undefined ? {} : { hint }) },
    pace: code === 'service' && isThrottling(message) ? 'caller-throttled' : 'good',
  };
}

/** Roles are assumed on the account of whoever assumes them, everything else on the client's. */
function paceOf({ checks }: VerifyReport): Pace {
  const throttled = checks.filter(({ ok, diagnosis }) => !ok && diagnosis?.layer === 'throttling');
  if (throttled.length === 0) return 'good';
  return throttled.every(({ id }) => id.startsWith('assume-role')) ? 'caller-throttled' : 'account-throttled';
}

/** The codes of throttling in a message, in the spelling of the services. */
function isThrottling(message: string): boolean {
  return /throttl|slow ?down|rate ?exceeded|too ?many ?requests|limit ?exceeded/i.test(message);
}
