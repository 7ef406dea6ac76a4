import type { AwsCredentials } from '../aws/index.ts';
import type { Failure } from '../model/failure.ts';
import type { Look } from './cleanup.ts';
import type { RunContext } from './context.ts';
import { mayPass, patienceDelay, patienceLeft } from './patience.ts';
import { openSession, sessionName } from './session.ts';

/** So long `--wait` counts for the cleanup, whose own time is no longer. */
const MOST_WAIT_MS = 30_000;

/**
 * The calls of a run's cleanup: as its session, or a new one where that has ended meanwhile (the machine slept); where that is refused, as the
 * client, if the run is the client's own; and once more where a change in IAM is still spreading.
 *
 * @param lookAs calls with these credentials; without: the caller's own
 * @param signal ends them
 */
export function lookOfRun(
  run: RunContext,
  lookAs: (credentials: AwsCredentials | undefined) => Look,
  signal: AbortSignal,
): Look {
  const session = lookAsSession(run, lookAs, signal);
  return patiently(run, run.client === undefined ? session : ownersToo(session, lookAs(undefined)), signal);
}

/** With the client's own credentials at hand, they are asked where the role's session is refused: they may remove versions, too. */
function ownersToo(look: Look, own: Look): Look {
  return async (send) => {
    const answer = await look(send);
    return !answer.ok && answer.failure.kind === 'denied' ? own(send) : answer;
  };
}

/** Where a change in IAM was still spreading, a refusal is asked again for what is left of the time to wait for it. */
function patiently(run: RunContext, look: Look, signal: AbortSignal): Look {
  const waitMs = Math.min(run.waitMs, MOST_WAIT_MS);
  return async (send) => {
    for (let repetition = 0; ; repetition++) {
      const answer = await look(send);
      const { firstFailure, settled } = run.state;
      const stands = answer.ok || firstFailure === undefined || !mayPass(answer.failure, 'allow');
      if (stands || run.signal.aborted) return answer;
      const now = run.ports.now();
      const left = patienceLeft({ waitMs, now, firstFailure, ownFirstFailure: firstFailure, settled });
      if (left <= 0) return answer;
      await run.ports.sleep(Math.min(patienceDelay(repetition, run.ports.random), left), signal);
    }
  };
}

function lookAsSession(
  run: RunContext,
  lookAs: (credentials: AwsCredentials | undefined) => Look,
  signal: AbortSignal,
): Look {
  const first = lookAs(run.state.credentials);
  let renewed: Promise<Look | undefined> | undefined;
  return async (send) => {
    const answer = await first(send);
    if (answer.ok || !hasEnded(answer.failure) || run.state.credentials === undefined) return answer;
    renewed ??= assumeAgain(run, signal).then((credentials) => credentials && lookAs(credentials));
    const again = await renewed;
    return again === undefined ? answer : again(send);
  };
}

/** To a HEAD, S3 answers only the status of an expired token. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
function hasEnded({ kind, httpStatus }: Failure): boolean {
  return kind === 'expired' || (kind === 'unknown' && httpStatus === 400);
}

/** @returns the new session's credentials; `undefined` where there is none, and the first answer stands */
async function assumeAgain(
  { target, ports, runId }: RunContext,
  signal: AbortSignal,
): Promise<AwsCredentials | undefined> {
  if (target.roleArn === undefined) return undefined;
  const session = await openSession(ports.clients(), target.roleArn, sessionName(runId), signal);
  return session?.credentials;
}
