import type { RequestContext } from '../model/decision.ts';
import { principalSetting, type SettingDocuments } from './documents/context.ts';
import { SIGNED } from './documents/requests.ts';

export { callerArn } from './documents/context.ts';
export { keyPolicyOf, principalPolicies, sourceOf } from './documents/sources.ts';

/** Keys that differ from call to call, in lower case. A star stands for the rest of a name. */
const OF_THE_CALL = /^(s3|kms|sts):|^aws:(requesttag\/|tagkeys$|resourceaccount$)/;

/**
 * The context that every request of the principal has for what belongs to an account, whatever it asks for.
 *
 * @param date of the requests, ISO 8601
 */
export function standingContext(
  documents: SettingDocuments,
  account: string | undefined,
  date: string,
): RequestContext {
  const { context } = principalSetting(documents, SIGNED, account ?? '', date);
  const { 'aws:ResourceAccount': _, ...standing } = context;
  return {
    ...standing,
    ...(account === undefined ? {} : { 's3:ResourceAccount': account }),
    'kms:CallerAccount': documents.principal.account,
  };
}

/** Says of a context key (in lower case) that no request of the principal has it, but for those of `standingContext`. */
export function absentKeys(
  { principal, organization }: SettingDocuments,
  date: string,
): (lowerCaseKey: string) => boolean {
  const { isKnown } = principalSetting({ principal, organization }, {}, '', date);
  return (key) => isKnown(key) && !OF_THE_CALL.test(key);
}
