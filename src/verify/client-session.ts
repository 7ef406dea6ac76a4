import type { Cleanup, Leftover } from '../model/check.ts';
import { SESSION_SECONDS } from '../model/constants.ts';
import type { Failure } from '../model/failure.ts';
import { cleanupLimit } from './cleanup.ts';
import { type ClientWay, iamError, temporaryStatement } from './client-way.ts';
import type { CheckCalls, RunContext } from './context.ts';
import { rewriteJournal } from './journal-file.ts';
import { readJournals, removeJournal, trustSid } from './journal-read.ts';
import { type OpenedSession, readSession, sessionName } from './session.ts';
import type { Judged } from './simulate-judge.ts';
import { sweepJournalTrust, trustLeft } from './sweep-trust.ts';
import { addTemporary, openTrust, removeTemporary, type TrustEdit, type TrustPatience } from './trust-edit.ts';

/** What a run with the client's own credentials has more than others. */
export interface ClientRun {
  readonly way: ClientWay;
  /** What the policies say to ChannelMix's own AssumeRole, of which there is no other answer; by node. */
  readonly verdicts: ReadonlyMap<string, Judged>;
  /** Why the caller got no session. */
  failure?: Failure;
  /** The probes may run. */
  open: boolean;
  /** The restoring of the trust policy that is under way. */
  restoring?: Promise<void>;
  /** Where the journals of earlier runs lie, if anywhere. */
  readonly stateDirectory: string | undefined;
  /** Statements of dead runs that were taken out first. */
  swept: number;
}

/** Other editors may write over the statement while the run waits for it to spread. */
const ADDITIONS = 3;
/** How long other runs that edit the same policy are waited for. */
const TURN_WAIT_MS = 60_000;

/**
 * Gets a session of the role with the caller's own credentials. Where the trust policy has to be changed for it, the journal has its text
 * before, and the change is undone as soon as the session is there: a session outlives the trust that gave it.
 *
 * @throws KitError when the trust policy cannot be changed
 */
export async function openClientSession(run: RunContext, client: ClientRun, calls: CheckCalls): Promise<void> {
  const { entry } = client.way;
  if (entry.kind === 'own') {
    client.open = true;
    return;
  }
  if (entry.kind === 'trusted') {
    take(run, client, entry.session);
    return;
  }
  client.swept = await sweepDeadTrust(run, client);
  for (let round = 1; round <= ADDITIONS; round++) {
    const edited = await letIn(run, entry.principalArn);
    if (!edited.ok)
      throw iamError(edited.failure, `the trust policy of ${run.target.roleArn}`, 'iam:UpdateAssumeRolePolicy');
    if (run.signal.aborted) return;
    const answer = await calls.sts((sts, options) =>
      sts.assumeRole(
        { RoleArn: run.target.roleArn, RoleSessionName: sessionName(run.runId), DurationSeconds: SESSION_SECONDS },
        options,
      ),
    );
    const session = answer.ok ? readSession(answer.value) : undefined;
    if (session !== undefined) {
      take(run, client, session);
      client.restoring = restoreTrust(run, { ...patienceOf(run), signal: run.writeSignal }).then(() => undefined);
      return;
    }
    if (answer.ok) continue;
    client.failure = answer.failure;
    // Refused although the statement is there: it is not the trust.
    if (answer.failure.kind !== 'denied' || (await isStillThere(run))) return;
  }
}

/** Takes out what runs that were killed left in this trust policy: it is no live run's turn. Gives how many statements. */
async function sweepDeadTrust(run: RunContext, { stateDirectory, way }: ClientRun): Promise<number> {
  if (stateDirectory === undefined) return 0;
  const { dead } = await readJournals(stateDirectory, run.ports.date().getTime());
  const mine = dead.filter(({ trust, endpoint = 'AWS' }) => {
    return trust?.roleArn === run.target.roleArn && endpoint === run.caller.host;
  });
  let swept = 0;
  for (const journal of mine) {
    const { removed, left } = await sweepJournalTrust(
      journal,
      run.caller,
      way.caller.account,
      run.ports,
      run.writeSignal,
    );
    swept += removed;
    if (left.length > 0) continue;
    const kept =
      journal.entries.length === 0 ? removeJournal(journal.path) : rewriteJournal(journal, { trust: undefined });
    // A dead run's journal that stays as it is costs the next sweep one look; this run has a journal of its own.
    await kept.catch(() => undefined);
  }
  return swept;
}

function take(run: RunContext, client: ClientRun, { credentials, sessionArn }: OpenedSession): void {
  run.state.credentials = credentials;
  if (sessionArn !== undefined) run.state.sessionArn = sessionArn;
  client.open = true;
}

async function letIn(run: RunContext, principalArn: string): Promise<TrustEdit> {
  const roleArn = run.target.roleArn ?? '';
  const trust = await openTrust(run.caller, roleArn, run.writeSignal);
  // Tells the service's time, too.
  const before = await trust.read();
  if (!before.ok) return before;
  const statement = temporaryStatement(run.runId, principalArn, trust.now());
  const expires = String(statement.Condition?.DateLessThan?.['aws:CurrentTime'] ?? '');
  return addTemporary(trust, statement, patienceOf(run), async (original) => {
    await run.journal.setTrust({ roleArn, sid: statement.Sid, original, expires });
    run.tally.made(`trust ${roleArn}`, statement.Sid);
  });
}

async function isStillThere(run: RunContext): Promise<boolean> {
  const trust = await openTrust(run.caller, run.target.roleArn ?? '', run.signal);
  const text = await trust.read();
  return !text.ok || text.value.includes(trustSid(run.runId));
}

function patienceOf(run: RunContext): TrustPatience {
  return { ports: run.ports, signal: run.signal, waitMs: TURN_WAIT_MS };
}

/**
 * The end of a run: waits for the restoring of the trust policy, and does it itself where it did not come to an end.
 *
 * @param interruptedMs how long ago the user interrupted
 * @param stop aborted by a second interrupt
 */
export async function endClientSession(
  run: RunContext,
  interruptedMs: number | undefined,
  stop: AbortSignal,
): Promise<readonly Leftover[]> {
  const { client } = run;
  if (client === undefined) return [];
  const signal = AbortSignal.any([stop, AbortSignal.timeout(cleanupLimit(interruptedMs))]);
  await Promise.race([client.restoring?.catch(() => undefined), aborted(signal)]);
  return restoreTrust(run, { ...patienceOf(run), signal });
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

/** What the reader of a report has to know about this way. */
export function clientNotes(
  client: (Pick<ClientRun, 'swept' | 'failure'> & { readonly way: Pick<ClientWay, 'entry'> }) | undefined,
  cleanup: Pick<Cleanup, 'left'>,
): readonly string[] {
  if (client === undefined) return [];
  const { entry } = client.way;
  const restored = cleanup.left.some(({ kind }) => kind === 'statement')
    ? 'and could not be brought back to what it was'
    : 'and is again what it was';
  return [
    ...(entry.kind === 'own'
      ? ['these credentials are a session of the role already, and were used as they are.']
      : []),
    ...(entry.kind === 'trusted'
      ? ['the role trusts these credentials already: its trust policy was not touched.']
      : []),
    ...(entry.kind === 'edit'
      ? [`the trust policy of the role let ${entry.principalArn} in for the time of the run, ${restored}.`]
      : []),
    ...(client.swept === 0
      ? []
      : [
          `an earlier run did not come to its end; its statement was taken out of the trust policy first (${client.swept}).`,
        ]),
    ...(client.failure === undefined
      ? []
      : [`your own credentials got no session of the role (${client.failure.code}: ${client.failure.message}).`]),
    "the probes ran with your own credentials, which shows what the role may do; whether ChannelMix may assume it was judged from the role's policies, without a call.",
  ];
}

/**
 * Takes the run's statement out of the trust policy again, by clients of its own. Gives what is left of it; the journal keeps it until it
 * is proven gone.
 */
async function restoreTrust(run: RunContext, patience: TrustPatience): Promise<readonly Leftover[]> {
  const entry = run.journal.trust();
  if (entry === undefined) return [];
  const trust = await openTrust(run.ports.clients(), entry.roleArn, patience.signal);
  const restored = await removeTemporary(trust, (sid) => sid === entry.sid, patience, entry.original);
  if (!restored.ok) return [trustLeft(entry.roleArn, entry.sid, restored.failure)];
  run.tally.gone(`trust ${entry.roleArn}`, entry.sid);
  await run.journal.setTrust(undefined);
  return [];
}
