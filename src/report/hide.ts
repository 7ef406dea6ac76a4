import { CHANNELMIX_ACCOUNT_ID } from '../model/constants.ts';

/** Twelve digits that stand alone: an account, in ARNs, texts and documents. */
const ACCOUNT = /(?<![0-9A-Za-z])\d{12}(?![0-9A-Za-z])/g;
/** Keys and the unique ids of users and roles. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids */
const UNIQUE_ID =
  /(?<![0-9A-Za-z])(ABIA|ACCA|AGPA|AIDA|AIPA|AKIA|ANPA|ANVA|APKA|AROA|ASCA|ASIA)[A-Z0-9.]{8,124}(?![0-9A-Za-z])/g;

/**
 * The same data without what a public ticket must not show: in every string, unique ids and keys lose all but their kind, and account
 * numbers become ACCOUNT-1, ACCOUNT-2, … in the order in which they come, the same one always the same, also where they are part of a name.
 * ChannelMix's own is public. Request ids stay as they are: AWS's support looks them up.
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
  const hideInNames = (text: string): string =>
    [...names].reduce((shown, [account, name]) => shown.replaceAll(account, name), text);
  return mapTexts(mapTexts(data, hide), hideInNames) as T;
}

/** The same data with every string changed, keys of objects, too; all but request ids. */
function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((member) => mapTexts(member, change));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      change(key),
      key === 'requestId' ? member : mapTexts(member, change),
    ]),
  );
}
