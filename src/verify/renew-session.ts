import { type AwsCredentials, callAws } from '../aws/index.ts';
import type { Failure } from '../model/failure.ts';
import type { Look } from './cleanup.ts';
import type { RunContext } from './context.ts';

/** The shortest session that STS gives. */
const SESSION_SECONDS = 900;

/**
 * Calls of a run's cleanup as its session. Where that has ended meanwhile (the machine slept), the role is assumed once more.
 *
 * @param lookAs calls with these credentials; without: the caller's own
 * @param signal ends them
 */
export function lookAsSession(
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
async function assumeAgain(run: RunContext, signal: AbortSignal): Promise<AwsCredentials | undefined> {
  const { roleArn: RoleArn } = run.target;
  if (RoleArn === undefined) return undefined;
  const clients = run.ports.clients();
  const sts = await clients.sts();
  const RoleSessionName = `channelmix-verify-${run.runId.slice(0, 16)}`;
  const answer = await callAws(
    (options) => sts.assumeRole({ RoleArn, RoleSessionName, DurationSeconds: SESSION_SECONDS }, options),
    { signal, host: clients.host },
  );
  const { AccessKeyId, SecretAccessKey, SessionToken } = (answer.ok && answer.value.Credentials) || {};
  if (AccessKeyId === undefined || SecretAccessKey === undefined || SessionToken === undefined) return undefined;
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}
