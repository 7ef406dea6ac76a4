import type { ClientRun } from './client-session.ts';
import type { ClientWay } from './client-way.ts';
import { delayedSignal, type RunContext, type RunState } from './context.ts';
import type { VerifyEvent } from './events.ts';
import { createMemoryJournal, type Journal } from './journal.ts';
import { openJournal } from './journal-file.ts';
import { createLimiter, MAX_REQUESTS } from './limiter.ts';
import { planChecks } from './plan.ts';
import type { VerifyPorts } from './ports.ts';
import type { VerifyOptions } from './run.ts';
import { AS_CHANNELMIX } from './run-checks.ts';
import { judgeCheck } from './simulate-judge.ts';
import { createTally } from './tally.ts';

/** A run that has sent nothing yet. @throws KitError `state` when its journal cannot be written */
export async function createRun(
  options: VerifyOptions,
  signal: AbortSignal,
  emit: (event: VerifyEvent) => void,
): Promise<RunContext> {
  const { target, ports } = options;
  const runId = options.client?.runId ?? ports.newId();
  const caller = ports.clients();
  const state: RunState = {
    settled: false,
    canaries: new Map(),
    outcomes: new Map(),
    endings: new Map(),
    ...(target.account === undefined ? {} : { account: target.account }),
  };
  let session: ReturnType<VerifyPorts['clients']> | undefined;
  return {
    target,
    runId,
    waitMs: options.waitMs ?? 30_000,
    ports,
    journal: await journalOf(options, runId, caller.host),
    tally: createTally(),
    state,
    emit,
    signal,
    writeSignal: delayedSignal(signal, options.stopCleanup),
    caller,
    session: () => {
      session ??= ports.clients({
        ...(state.credentials === undefined ? {} : { credentials: state.credentials }),
        ...(state.region === undefined ? {} : { region: state.region }),
      });
      return session;
    },
    ...(options.probes === undefined ? {} : { probes: options.probes }),
    ...(options.thirdParty === undefined ? {} : { thirdParty: options.thirdParty }),
    ended: async (node) => state.endings.get(node),
    limit: createLimiter(MAX_REQUESTS),
    ...(options.client === undefined ? {} : { client: clientRun(options, options.client) }),
  };
}

function clientRun({ target, ports, state }: VerifyOptions, way: ClientWay): ClientRun {
  const date = ports.date().toISOString();
  const judged = planChecks(target)
    .checks.filter(({ node }) => AS_CHANNELMIX.has(node))
    .map((check) => [check.node, judgeCheck(way.documents, check, target.kmsKeyArn, date, [])] as const);
  return { way, verdicts: new Map(judged), open: false, stateDirectory: state?.directory, swept: 0 };
}

/** The way of a run, as reports name it. */
export function modeOf({ target, client }: Pick<VerifyOptions, 'target' | 'client'>): 'channelmix' | 'client' | 'key' {
  if (target.way === 'key') return 'key';
  return client === undefined ? 'channelmix' : 'client';
}

/** The journal is there before anything is created, or nothing is. */
async function journalOf(options: VerifyOptions, runId: string, host: string): Promise<Journal> {
  const { target, ports, state } = options;
  if (state === undefined) return createMemoryJournal(ports.date);
  const { roleArn, account, bucket } = target;
  const facts = {
    runId,
    mode: modeOf(options),
    bucket,
    ...(roleArn === undefined ? {} : { roleArn }),
    ...(account === undefined ? {} : { account }),
    ...(host === 'AWS' ? {} : { endpoint: host }),
    ...(state.profile === undefined ? {} : { profile: state.profile }),
  };
  return openJournal(state.directory, facts, ports.date, state.dead !== undefined);
}
