import type { Probe } from '../context.ts';
import { failed, wrongAnswer } from '../outcome.ts';

/** The shortest session that STS gives: reach ends with it even if its credentials leaked. */
const SESSION_SECONDS = 900;

/** Assumes the role as ChannelMix does: no external ID, no MFA. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export const assumeRole: Probe = async (run, _check, calls) => {
  const answer = await calls.sts((sts, options) =>
    sts.assumeRole(
      {
        RoleArn: run.target.roleArn,
        RoleSessionName: `channelmix-verify-${run.runId.slice(0, 16)}`,
        DurationSeconds: SESSION_SECONDS,
      },
      options,
    ),
  );
  if (!answer.ok) return failed(answer.failure);
  const { AccessKeyId, SecretAccessKey, SessionToken } = answer.value.Credentials ?? {};
  if (AccessKeyId === undefined || SecretAccessKey === undefined || SessionToken === undefined) {
    return wrongAnswer('NoCredentials', 'STS answered without credentials');
  }
  run.state.credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  const arn = answer.value.AssumedRoleUser?.Arn;
  if (arn !== undefined) run.state.sessionArn = arn;
  return { result: 'allow' };
};
