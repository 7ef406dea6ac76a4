import { CHANNELMIX_ACCOUNT_ID } from '../model/constants.ts';

/** Twelve digits that stand alone: an account, in ARNs, texts and documents. */
const ACCOUNT = /(?<![0-9A-Za-z])\d{12}(?![0-9A-Za-z])/g;
/** Keys and the unique ids of users and roles. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids */
const UNIQUE_ID = /(?<![0-9A-Za-z])(AKIA|ASIA|AROA|AIDA)[A-Z0-9.]{8,124}(?![0-9A-Za-z])/g;

/**
 * The same data without what a public ticket must not show: in every string, unique ids and keys lose all but their kind, and account
 * numbers become ACCOUNT-1, ACCOUNT-2, … in the order in which they come, the same one always the same. ChannelMix's own is public.
 *
 * @param keepAccounts leave account numbers as they are
 */
export function hideIdentifiers<T>(data: T, keepAccounts: boolean): T {
  const names = new Map<string, string>();
  const nameOf = (account: string): string => {
    if (account === CHANNELMIX_ACCOUNT_ID) return account;
    const name = names.get(account) ?? `ACCOUNT-${names.size + 1}`;
    names.set(account, name);
    return name;
  };
  const hide = (text: string): string => {
    const short = text.replace(UNIQUE_ID, (_id, kind: string) => `${kind}...`);
    return keepAccounts ? short : short.replace(ACCOUNT, nameOf);
  };
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return hide(value);
    if (Array.isArray(value)) return value.map(walk);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [hide(key), walk(member)]));
  };
  return walk(data) as T;
}
