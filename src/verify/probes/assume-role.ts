import { CHANNELMIX_ACCOUNT_ID, SESSION_SECONDS } from '../../model/constants.ts';
import type { Failure } from '../../model/failure.ts';
import type { CheckCalls, Probe, RunContext } from '../context.ts';
import { failed, type Outcome, wrongAnswer } from '../outcome.ts';
import { readSession, sessionName } from '../session.ts';

/** The longest one. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage-assume.html */
const LONGEST_SECONDS = 43_200;
/** Bounds a session that is only asked for: it can do nothing. */
const NOTHING = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
});

/** Assumes the role as ChannelMix does: no external ID, no MFA. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export const assumeRole: Probe = async (run, _check, calls) => {
  const answer = await askSession(run, calls, { DurationSeconds: SESSION_SECONDS });
  if (!answer.ok) return failed(answer.failure);
  const session = readSession(answer.value);
  if (session === undefined) return wrongAnswer('NoCredentials', 'STS answered without credentials');
  run.state.credentials = session.credentials;
  if (session.sessionArn !== undefined) run.state.sessionArn = session.sessionArn;
  return { result: 'allow' };
};

/** Asks for a session of the default length, as boto3's `assume_role` does. What comes back can do nothing and is thrown away. */
export const assumeRoleDefault: Probe = async (run, _check, calls) => {
  const answer = await askSession(run, calls, { Policy: NOTHING });
  return answer.ok ? { result: 'allow' } : failed(answer.failure);
};

/** Asks for the longest session that STS knows. Whether the role gives one is for information: ChannelMix does not need it. */
export const assumeRole12h: Probe = async (run, _check, calls) => {
  const answer = await askSession(run, calls, { Policy: NOTHING, DurationSeconds: LONGEST_SECONDS });
  return answer.ok ? { result: 'allow' } : longRefused(answer.failure);
};

/** Tries to assume the role with the credentials of a third account, which must be refused. */
export const assumeRoleAsThirdParty: Probe = async (run, _check, calls) => {
  const clients = run.thirdParty;
  if (clients === undefined) return { result: 'skipped', note: 'no credentials of a third account were given' };
  const who = await calls.sts((sts, options) => sts.getCallerIdentity({}, options), clients);
  if (!who.ok) return failed(who.failure);
  const { Account: account, Arn: arn } = who.value;
  if (account === run.target.account || account === CHANNELMIX_ACCOUNT_ID) {
    const whose = account === CHANNELMIX_ACCOUNT_ID ? "ChannelMix's" : "the role's own";
    return { result: 'skipped', note: `${arn} is of no third account but of ${whose}` };
  }
  const answer = await askSession(run, calls, { Policy: NOTHING, DurationSeconds: SESSION_SECONDS }, clients);
  const note = `tried as ${arn}`;
  return answer.ok ? { result: 'allow', note } : { ...failed(answer.failure), note };
};

function askSession(
  run: RunContext,
  calls: CheckCalls,
  options: { readonly Policy?: string; readonly DurationSeconds?: number },
  clients?: RunContext['caller'],
) {
  return calls.sts(
    (sts, { abortSignal }) =>
      sts.assumeRole(
        {
          RoleArn: run.target.roleArn,
          RoleSessionName: sessionName(run.runId),
          ...options,
        },
        { abortSignal },
      ),
    clients,
  );
}

/** Not a matter of permissions: the role's setting, or the 1 h that sessions out of sessions may last. */
function longRefused(failure: Failure): Outcome {
  const { message } = failure;
  if (/role chaining/i.test(message)) {
    const note =
      'the caller is itself a session of a role, and sessions out of sessions last 1 h at most (role chaining), whatever the role allows: ' +
      'leave its MaxSessionDuration as it is';
    return { result: 'deny', failure, note };
  }
  if (/MaxSessionDuration/.test(message)) {
    const note =
      'sessions of 12 h are not given: the MaxSessionDuration of the role is less. ChannelMix gets along with shorter ones, and asks again';
    return { result: 'deny', failure, note };
  }
  return failed(failure);
}
