import { absentKeys, callerArn, standingContext } from '../../diagnose/standing.ts';
import type { RequestContext } from '../../model/decision.ts';
import { lacksKey } from '../../operations/catalogue.ts';
import type { AuditContext } from '../types.ts';

/** What every request of the principal for what belongs to one account has. */
export interface Standing {
  readonly principal: string;
  readonly context: RequestContext;
  /** Says of a context key (in lower case) of requests for an action whether it is as in `context`: there, or absent. */
  readonly knownFor: (action: string) => (lowerCaseKey: string) => boolean;
}

/** Made once an audit for each account. */
export function standingOf(context: AuditContext, account: string): Standing {
  const made = context.once(standingOf, () => new Map<string, Standing>());
  const standing = made.get(account) ?? makeStanding(context, account);
  made.set(account, standing);
  return standing;
}

function makeStanding({ documents, now }: AuditContext, account: string): Standing {
  const context = standingContext(documents, account, now);
  const given = new Set(Object.keys(context).map((key) => key.toLowerCase()));
  const isAbsent = absentKeys(documents, now);
  return {
    principal: callerArn(documents),
    context,
    knownFor: (action) => (key) => given.has(key) || isAbsent(key) || lacksKey(action, key),
  };
}
