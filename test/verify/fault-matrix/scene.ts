import { exitCodeOf } from '../../../src/cli/errors.ts';
import type { Check, VerifyReport } from '../../../src/model/check.ts';
import type { AccessLevel } from '../../../src/model/grant.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import {
  collectReport,
  readVerifyTarget,
  type VerifyEvent,
  type VerifyFlags,
  type VerifyOptions,
  type VerifyPorts,
  verify,
  verifyExitCode,
} from '../../../src/verify/index.ts';
import {
  CLIENT_ACCOUNT,
  channelMixPorts,
  createBucket,
  createLockedBucket,
  createRole,
  removeLeftovers,
  rootClients,
} from '../helpers.ts';
import { type Interceptor, intercepted, type SentRequest } from './transport.ts';

/** Kinds of right grants: the calls of a run depend on them. */
const KINDS = {
  minimal: { access: 'minimal' },
  extended: { access: 'extended' },
  folders: { access: 'extended', prefixes: ['in/', 'out/'] },
  full: { access: 'full' },
  versioned: { access: 'full', versioning: 'Enabled' },
  suspended: { access: 'full', versioning: 'Suspended' },
  locked: { access: 'extended', locked: true },
  'locked and readable': { access: 'full', locked: true },
} as const satisfies Readonly<Record<string, KindSetup>>;

interface KindSetup {
  readonly access: AccessLevel;
  readonly prefixes?: readonly string[];
  readonly versioning?: 'Enabled' | 'Suspended';
  /** Object Lock keeps what is put for a month: a run puts nothing, and cannot say all. */
  readonly locked?: boolean;
}

export type Kind = keyof typeof KINDS;

/** How a run ended under a fault, and what is wrong with that; nothing should be. */
export interface Judged {
  readonly report?: VerifyReport;
  readonly error?: unknown;
  readonly exit: number;
  readonly ms: number;
  /** HTTP requests that the interceptor saw. */
  readonly requests: number;
  /** What must never be: verdicts that differ from those of a healthy run, leftovers that the report does not name, hangs. */
  readonly wrong: readonly string[];
}

/** What a run is to have of its own. */
export type RunOptions = Partial<Omit<VerifyOptions, 'target'>> & {
  /** Longer is a hang; in milliseconds. */
  readonly limitMs?: number;
  /** How much shorter the pauses of the run are; 20 by default. */
  readonly hurry?: number;
  /** Another grant of the sandbox. */
  readonly flags?: VerifyFlags;
  readonly onEvent?: (event: VerifyEvent) => void;
};

/** A right grant in a sandbox of its own, of which every run has to come out the same way. */
export interface Scene {
  readonly sandbox: Sandbox;
  readonly flags: VerifyFlags;
  /** The calls of a healthy run: each operation as often as it is called, with the number of the call. */
  readonly calls: readonly Pick<SentRequest, 'operation' | 'nth'>[];
  readonly healthy: VerifyReport;
  /** Runs verify behind the interceptor, and judges it. */
  readonly run: (intercept?: Interceptor, options?: RunOptions) => Promise<Judged>;
  readonly close: () => Promise<void>;
}

const bucket = 'matrix';
/** Pauses of the run are so much shorter here. */
const HURRY = 20;
const HANG_MS = 60_000;

/** Makes the scene, with one healthy run behind it. */
export async function createScene(kind: Kind): Promise<Scene> {
  const setup: KindSetup = KINDS[kind];
  const sandbox = await startSandbox();
  if (setup.locked === true) await createLockedBucket(sandbox.endpoint, bucket);
  else await createBucket(sandbox.endpoint, bucket);
  if (setup.versioning !== undefined) {
    const s3 = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();
    await s3.putBucketVersioning({ Bucket: bucket, VersioningConfiguration: { Status: setup.versioning } });
  }
  const { access, prefixes = [] } = setup;
  const roleArn = await createRole(sandbox.endpoint, { name: 'matrix', bucket, access, prefixes });
  const flags = { roleArn, bucket, access, prefixes };
  const seen = new Map<string, Pick<SentRequest, 'operation' | 'nth'>>();
  const {
    report: healthy,
    error,
    wrong,
  } = await runJudged(sandbox, flags, undefined, async (request, send) => {
    const { operation, nth } = request;
    seen.set(`${operation} ${nth}`, { operation, nth });
    return send();
  });
  if (healthy === undefined || wrong.length > 0 || (!healthy.ok && setup.locked !== true)) {
    throw new Error(`the grant is not healthy: ${wrong.join()} ${JSON.stringify(healthy)}`, { cause: error });
  }
  return {
    sandbox,
    flags,
    calls: [...seen.values()],
    healthy,
    run: (intercept, options) => runJudged(sandbox, flags, healthy, intercept, options),
    close: () => sandbox.close(),
  };
}

async function runJudged(
  sandbox: Sandbox,
  own: VerifyFlags,
  healthy: VerifyReport | undefined,
  intercept: Interceptor = (_request, send) => send(),
  options: RunOptions = {},
): Promise<Judged> {
  const {
    limitMs = HANG_MS,
    ports = channelMixPorts(sandbox.endpoint),
    flags = own,
    hurry = HURRY,
    onEvent,
    ...more
  } = options;
  const before = sandbox.snapshot().s3;
  let requests = 0;
  const hurried = { ...ports, sleep: (pause: number, signal: AbortSignal) => ports.sleep(pause / hurry, signal) };
  const counting: VerifyPorts = intercepted(hurried, (request, send) => {
    requests += 1;
    return intercept(request, send);
  });
  const began = performance.now();
  const target = readVerifyTarget(flags);
  const events = verify({ waitMs: 0, ...more, ports: counting, target });
  const ended = await collectReport(onEvent === undefined ? events : watched(events, onEvent)).then(
    (report) => ({ report, exit: verifyExitCode(report) as number }),
    (error: unknown) => ({ error, exit: exitCodeOf(error, new AbortController().signal) }),
  );
  const ms = performance.now() - began;
  sandbox.faults.clear();
  const wrong = [
    ...('report' in ended ? falseVerdicts(ended.report, healthy) : []),
    ...(await leftovers(sandbox, before, ended)),
    ...(ms > limitMs ? [`took ${Math.round(ms)} ms`] : []),
    ...sandbox.bugs().map((bug) => `bug of the sandbox: ${bug}`),
  ];
  return { ...ended, ms, requests, wrong };
}

async function* watched(events: AsyncIterable<VerifyEvent>, onEvent: (event: VerifyEvent) => void) {
  for await (const event of events) {
    onEvent(event);
    yield event;
  }
}

/** Checks that say "allowed" or "denied" where a healthy run says otherwise. */
function falseVerdicts(report: VerifyReport, healthy: VerifyReport | undefined): readonly string[] {
  const nameOf = ({ id, prefix }: Check) => `${id} ${prefix ?? ''}`;
  const expected = new Map((healthy ?? report).checks.map((check) => [nameOf(check), check.result]));
  return report.checks
    .filter((check) => check.result === 'allow' || check.result === 'deny')
    .filter((check) => (expected.get(nameOf(check)) ?? check.expect) !== check.result)
    .map((check) => `false verdict: ${nameOf(check)} is "${check.result}" (${JSON.stringify(check.error)})`);
}

/** What is there that was not there before and that the report does not name with the command that removes it. */
async function leftovers(
  sandbox: Sandbox,
  before: unknown,
  ended: { readonly report?: VerifyReport; readonly error?: unknown; readonly exit: number },
): Promise<readonly string[]> {
  const same = () => JSON.stringify(sandbox.snapshot().s3) === JSON.stringify(before);
  if (same()) return [];
  if (ended.exit !== 4) return [`left behind, and exit code ${ended.exit}`];
  await removeLeftovers(sandbox, ended.report?.cleanup.left ?? commandsIn(ended.error));
  return same() ? [] : ['left behind, and not by the commands of the report removed'];
}

/** An error that ends a run has the commands for what it left in its text. */
function commandsIn(error: unknown): readonly { readonly command: string }[] {
  const lines = error instanceof Error ? error.message.split('\n') : [];
  return lines.filter((line) => line.startsWith('    aws ')).map((line) => ({ command: line.trim() }));
}
