import { type AwsClients, callAws, callerFrom } from '../aws/index.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../model/constants.ts';
import { KitError } from '../model/errors.ts';
import { callerError } from './prepare.ts';
import type { VerifyTarget } from './target.ts';

/**
 * Asks whose the credentials of the third account are, before anything is written: they must be valid, and of neither the role's account
 * nor ChannelMix's, which may assume the role.
 *
 * @throws KitError `credentials`, `network` or `service` when they do not say whose they are; `usage` when they are of no third account
 */
export async function checkThirdParty(
  clients: AwsClients,
  target: Pick<VerifyTarget, 'account'>,
  signal: AbortSignal,
): Promise<void> {
  const sts = await clients.sts();
  const answer = await callAws((options) => sts.getCallerIdentity({}, options), { signal, host: clients.host });
  if (!answer.ok) {
    const { code, message } = callerError(answer.failure, { target: { way: 'role' }, caller: clients });
    throw new KitError(code, `the third account (--third-party-profile): ${message}`, {
      hint: 'Name a profile with valid credentials of an account that has nothing to do with this, or leave the flag out. Nothing was created.',
    });
  }
  const { arn, account } = callerFrom(answer.value, clients.host);
  if (account !== target.account && account !== CHANNELMIX_ACCOUNT_ID) return;
  const whose = account === CHANNELMIX_ACCOUNT_ID ? "ChannelMix's" : "the role's own";
  throw new KitError('usage', `--third-party-profile: ${arn} is of no third account but of ${whose}`, {
    hint: 'Name a profile of an account that is neither. Nothing was created.',
  });
}
