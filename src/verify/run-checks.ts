import { openClientSession } from './client-session.ts';
import { type CheckCalls, createCalls, type RunContext } from './context.ts';
import { blockedBy, type Outcome } from './outcome.ts';
import type { PlannedCheck } from './plan.ts';
import { callerError } from './prepare.ts';
import { probeOf } from './probes/index.ts';
import { bareCheck, type CheckRecord, skippedRecord, uncalledRecord } from './record.ts';

/** The whole run, cleanup excluded, in milliseconds. */
export const RUN_LIMIT_MS = 300_000;

/**
 * The longest chain of requests has the processor first: probes with a chain of their own begin a moment later, and those that nothing
 * waits for so much later that both their requests and their answers fall into the time in which the chain waits.
 */
export const HEAD_START_MS = { chain: 2, single: 12 } as const;
const BESIDE: Readonly<Record<string, keyof typeof HEAD_START_MS>> = {
  'special-keys': 'chain',
  'multipart-upload': 'chain',
  'put-object-kms': 'chain',
  'assume-role-default': 'single',
  'assume-role-12h': 'single',
  'list-bucket': 'single',
  'abort-multipart-upload': 'single',
};

/** Starts every check as soon as those that it waits for have ended. Never throws: errors that end the run go to `stop`. */
export function startChecks(
  run: RunContext,
  checks: readonly PlannedCheck[],
  prepared: Promise<void>,
  stop: (error: unknown) => void,
): ReadonlyMap<string, Promise<CheckRecord>> {
  const ended = new Map<string, Promise<CheckRecord>>();
  const outcomeOf = async (node: string) => (await ended.get(node))?.outcome;
  const start = async (check: PlannedCheck): Promise<CheckRecord> => {
    // The role is assumed while the caller is asked who it is.
    if (check.id !== 'assume-role') await prepared.catch(() => undefined);
    const needed = await Promise.all(check.needs.map(outcomeOf));
    await Promise.all(check.after.map(outcomeOf));
    const beside = check.expect === 'deny' ? 'single' : BESIDE[check.id];
    if (beside !== undefined) await run.ports.sleep(HEAD_START_MS[beside], run.signal);
    const blocker = check.needs.find((node, index) => !isMet(run, node, needed[index]));
    const made = await runCheck(run, check, blocker).catch((error: unknown): CheckRecord => {
      stop(error);
      return skippedRecord(check, 'the run failed');
    });
    const record = await withoutEcho(made, outcomeOf);
    run.state.outcomes.set(check.node, record.outcome);
    if (check.id === 'assume-role') endOnCallerFault(run, record.outcome, stop);
    run.emit({ type: 'check', node: check.node, check: bareCheck(record) });
    return record;
  };
  for (const check of checks) {
    const record = start(check);
    ended.set(check.node, record);
    run.state.endings.set(
      check.node,
      record.then(({ outcome }) => outcome),
    );
  }
  return ended;
}

/** With the client's own credentials it is their session that the probes need, whoever else the role trusts. */
function isMet(run: RunContext, node: string, outcome: Outcome | undefined): boolean {
  if (run.client !== undefined && node === 'assume-role') return run.client.open;
  return outcome?.result === 'allow';
}

/** A refusal that another check has met, too, is told by that one. */
async function withoutEcho(
  record: CheckRecord,
  outcomeOf: (node: string) => Promise<Outcome | undefined>,
): Promise<CheckRecord> {
  const { check, outcome } = record;
  if (outcome.result !== 'deny' || check.echoes === undefined) return record;
  const other = await outcomeOf(check.echoes);
  if (other?.result !== 'deny') return record;
  return { ...record, outcome: { result: 'skipped', note: blockedBy(check.echoes) } };
}

async function runCheck(run: RunContext, check: PlannedCheck, blocker: string | undefined): Promise<CheckRecord> {
  if (run.signal.aborted) return skippedRecord(check, isTimeout(run.signal) ? OUT_OF_TIME : 'interrupted');
  const judged = run.client?.verdicts.get(check.node)?.outcome;
  if (judged !== undefined && AS_CHANNELMIX.has(check.id) && check.id !== 'assume-role')
    return uncalledRecord(check, judged);
  if (blocker !== undefined) {
    const own = run.client !== undefined && blocker === 'assume-role';
    return skippedRecord(check, own ? 'your own credentials got no session of the role' : blockedBy(blocker));
  }
  run.emit({ type: 'start', node: check.node, id: check.id });
  const began = run.ports.now();
  const calls = createCalls(run, check);
  const ended = await probe(run, check, calls);
  const late = ended.result === 'skipped' && isTimeout(run.signal);
  const outcome: Outcome = late ? { result: 'skipped', note: OUT_OF_TIME } : ended;
  return {
    check,
    outcome,
    ms: Math.round(run.ports.now() - began),
    attempts: calls.attempts(),
    waited: calls.waited(),
  };
}

/** What ChannelMix alone can try; with other credentials the policies have to answer. */
export const AS_CHANNELMIX: ReadonlySet<string> = new Set(['assume-role', 'assume-role-default', 'assume-role-12h']);

async function probe(run: RunContext, check: PlannedCheck, calls: CheckCalls): Promise<Outcome> {
  const { client } = run;
  if (client === undefined || check.id !== 'assume-role') return probeOf(check.id)(run, check, calls);
  await openClientSession(run, client, calls);
  if (run.signal.aborted && !client.open) return { result: 'skipped', note: 'interrupted' };
  return client.verdicts.get(check.node)?.outcome ?? { result: 'skipped', note: 'the policies could not be read' };
}

/** Credentials that STS does not take say nothing about the role. */
function endOnCallerFault(run: RunContext, outcome: Outcome, stop: (error: unknown) => void): void {
  if (run.client !== undefined || outcome.result !== 'error') return;
  if (['credentials', 'expired', 'clock-skew'].includes(outcome.failure.kind)) stop(callerError(outcome.failure, run));
}

const OUT_OF_TIME = `the run took longer than ${RUN_LIMIT_MS / 1_000} s`;

/** Whether the run's own limit ended it. */
function isTimeout(signal: AbortSignal): boolean {
  return signal.reason instanceof Error && signal.reason.name === 'TimeoutError';
}
