import { CHANNELMIX_ACCOUNT_ID } from '../model/constants.ts';
import { isJsonObject, type JsonValue } from '../model/policy.ts';
import { statementsOf } from './matrix/bounds.ts';
import { readPrincipals } from './principals.ts';

/** Whether some statement of a trust policy lets the account of ChannelMix, or somebody in it, in; one for everyone names nobody. */
export function trustsChannelMix(document: JsonValue): boolean {
  return (statementsOf(document) ?? []).some((statement) => {
    if (!isJsonObject(statement) || statement.Effect !== 'Allow' || statement.Principal === undefined) return false;
    const { accounts, names } = readPrincipals('Principal', statement.Principal).list;
    return [...accounts, ...names].some((one) => one.split(':').includes(CHANNELMIX_ACCOUNT_ID));
  });
}

/** Whether a role or user is called like one that was made for ChannelMix. */
export function isNamedForChannelMix(name: string): boolean {
  return /channel[-_. ]?mix/i.test(name);
}
