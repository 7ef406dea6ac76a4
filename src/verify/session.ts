import { type AwsClients, type AwsCredentials, callAws } from '../aws/index.ts';
import { SESSION_SECONDS } from '../model/constants.ts';

/** A session of the role. */
export interface OpenedSession {
  readonly credentials: AwsCredentials;
  readonly sessionArn: string | undefined;
}

/** Name of the run's session. */
export function sessionName(runId: string): string {
  return `channelmix-verify-${runId.slice(0, 16)}`;
}

/** The session in an answer of AssumeRole; `undefined` when it holds none. */
export function readSession(answer: {
  readonly Credentials?:
    | {
        readonly AccessKeyId?: string | undefined;
        readonly SecretAccessKey?: string | undefined;
        readonly SessionToken?: string | undefined;
      }
    | undefined;
  readonly AssumedRoleUser?: { readonly Arn?: string | undefined } | undefined;
}): OpenedSession | undefined {
  const { AccessKeyId, SecretAccessKey, SessionToken } = answer.Credentials ?? {};
  if (AccessKeyId === undefined || SecretAccessKey === undefined || SessionToken === undefined) return undefined;
  return {
    credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
    sessionArn: answer.AssumedRoleUser?.Arn,
  };
}

/** Assumes a role for the shortest time, without patience. `undefined`: refused, or no answer. */
export async function openSession(
  clients: AwsClients,
  RoleArn: string,
  RoleSessionName: string,
  signal: AbortSignal,
): Promise<OpenedSession | undefined> {
  const sts = await clients.sts();
  const answer = await callAws(
    (options) => sts.assumeRole({ RoleArn, RoleSessionName, DurationSeconds: SESSION_SECONDS }, options),
    { signal, host: clients.host },
  );
  return answer.ok ? readSession(answer.value) : undefined;
}
