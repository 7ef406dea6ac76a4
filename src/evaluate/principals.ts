import { isJsonObject, type JsonValue } from '../model/policy.ts';
import { type Caller, pathlessRoleArn } from './caller.ts';
import { contextValues, givenValues, type PreparedRequest } from './request.ts';
import { shown } from './text.ts';
import type { PrincipalReach } from './types.ts';

/**
 * Principal and NotPrincipal elements.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
export interface PrincipalList {
  readonly everyone: boolean;
  /** Account ids, alone or as `partition:id` from a root ARN. */
  readonly accounts: ReadonlySet<string>;
  /** ARNs and unique ids, compared exactly: a `*` in one is no wildcard. */
  readonly names: ReadonlySet<string>;
  readonly services: ReadonlySet<string>;
  readonly providers: ReadonlySet<string>;
}

export type ReadPrincipals = { readonly list: PrincipalList; readonly unknown: readonly string[] };

const ACCOUNT_ID = /^\d{12}$/;
const ROOT_ARN = /^arn:([a-z-]+):iam::(\d{12}):root$/;

/** Reads a Principal or NotPrincipal element; what is not understood is named in `unknown`. */
export function readPrincipals(element: string, value: JsonValue): ReadPrincipals {
  const accounts = new Set<string>();
  const names = new Set<string>();
  const services = new Set<string>();
  const providers = new Set<string>();
  const unknown: string[] = [];
  let everyone = value === '*';

  const addAws = (entry: string): void => {
    const root = ROOT_ARN.exec(entry);
    if (entry === '*') everyone = true;
    else if (ACCOUNT_ID.test(entry)) accounts.add(entry);
    else if (root !== null) accounts.add(`${root[1]}:${root[2]}`);
    else names.add(entry);
  };
  const add = (kind: string, entry: JsonValue): void => {
    if (typeof entry !== 'string') unknown.push(`${element}.${kind} ${shown(entry)}`);
    else if (kind === 'AWS') addAws(entry);
    else if (kind === 'Service' && entry !== '*') services.add(entry);
    else if (kind === 'Federated' && entry !== '*') providers.add(entry);
    // The canonical id of the caller's account is not part of a request, so a CanonicalUser cannot be told.
    else unknown.push(`${element}.${kind} ${shown(entry)}`);
  };

  if (isJsonObject(value)) {
    for (const [kind, entries] of Object.entries(value)) {
      for (const entry of Array.isArray(entries) ? (entries as readonly JsonValue[]) : [entries]) add(kind, entry);
    }
  } else if (!everyone) unknown.push(`${element} ${shown(value)}`);
  return { list: { everyone, accounts, names, services, providers }, unknown };
}

function namesAccount(list: PrincipalList, caller: Caller): boolean {
  if (list.accounts.size === 0 || caller.account === '') return false;
  return list.accounts.has(caller.account) || list.accounts.has(`${caller.partition}:${caller.account}`);
}

/**
 * ARN of the role behind a session. The path is known only from aws:PrincipalArn; a given ARN that does not fit the session is
 * not believed.
 */
function roleArnOf(request: PreparedRequest): string {
  const { caller } = request;
  if (caller.kind === 'role') return caller.arn;
  const given = givenValues(request, 'aws:principalarn')?.[0];
  const prefix = `arn:${caller.partition}:iam::${caller.account}:role/`;
  const fits = given?.startsWith(prefix) === true && given.endsWith(`/${caller.name}`);
  return fits ? given : pathlessRoleArn(caller);
}

/** Whether a list names the caller by unique id: what AWS stores, and shows when the user or role has been deleted. */
function namesId(list: PrincipalList, request: PreparedRequest): boolean {
  let ids = false;
  for (const name of list.names) if (name.startsWith('AIDA') || name.startsWith('AROA')) ids = true;
  if (!ids) return false;
  const id = contextValues(request, 'aws:userid', 'aws:userid')?.[0];
  if (id === undefined) return false;
  const colon = id.indexOf(':');
  return list.names.has(id) || (colon > 0 && list.names.has(id.slice(0, colon)));
}

/** Whether the list names the caller's role. */
function namesRole(list: PrincipalList, request: PreparedRequest): boolean {
  return list.names.has(roleArnOf(request)) || namesId(list, request);
}

function reachOfNames(list: PrincipalList, request: PreparedRequest): PrincipalReach {
  const { caller } = request;
  switch (caller.kind) {
    case 'user':
      return list.names.has(caller.arn) || namesId(list, request) ? 3 : 0;
    case 'session':
      return list.names.has(caller.arn) ? 3 : namesRole(list, request) ? 2 : 0;
    case 'role':
      return namesRole(list, request) ? 2 : 0;
    case 'federated-user': {
      if (list.names.has(caller.arn)) return 3;
      const user = givenValues(request, 'aws:principalarn')?.[0];
      return user !== undefined && list.names.has(user) ? 2 : 0;
    }
    case 'provider':
      return list.providers.has(caller.arn) ? 3 : 0;
    case 'service':
      return list.services.has(caller.arn) || list.providers.has(caller.arn) ? 3 : 0;
    default:
      return 0;
  }
}

/** How far a Principal element reaches the caller. */
export function principalReach(list: PrincipalList, request: PreparedRequest): PrincipalReach {
  if (list.everyone) return 3;
  const reach = reachOfNames(list, request);
  if (reach > 0) return reach;
  return namesAccount(list, request.caller) ? (request.caller.kind === 'root' ? 3 : 1) : 0;
}

/**
 * Whether a Deny with NotPrincipal spares the caller: the account and each of the caller's own names must be listed, so that a
 * user is spared by user and account, a session by session, role and account.
 */
function sparedByDeny(list: PrincipalList, request: PreparedRequest): boolean {
  const { caller } = request;
  if (list.everyone) return true;
  if (caller.kind === 'service' || caller.kind === 'provider') return reachOfNames(list, request) > 0;
  if (!namesAccount(list, caller)) return false;
  switch (caller.kind) {
    case 'root':
      return true;
    case 'session':
      return list.names.has(caller.arn) && namesRole(list, request);
    case 'role':
      return namesRole(list, request);
    default:
      return list.names.has(caller.arn);
  }
}

/**
 * How far a NotPrincipal element reaches the caller. A Deny always reaches one who has a permissions boundary.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
export function notPrincipalReach(
  list: PrincipalList,
  effect: 'Allow' | 'Deny',
  request: PreparedRequest,
): PrincipalReach {
  if (effect === 'Deny') return !request.bounded && sparedByDeny(list, request) ? 0 : 3;
  return principalReach(list, request) > 0 ? 0 : 2;
}
