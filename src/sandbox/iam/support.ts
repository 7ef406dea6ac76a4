import type { RequestContext } from '../../model/decision.ts';
import { iamPermission } from '../../operations/index.ts';
import { AwsError } from '../contract.ts';
import type { Account, ManagedPolicy, Role, User } from '../identity/store.ts';
import { isoTime, type QueryCall, type QueryResult } from '../query/operation.ts';
import type { Parameters } from '../query/parameters.ts';
import type { XmlValue } from '../xml.ts';
import { invalidInput, limitExceeded, noSuchEntity } from './errors.ts';

/** The caller's account. */
export function accountOf(call: QueryCall): Account {
  const account = call.world.store.accounts.get(call.caller.account);
  if (account === undefined) throw new Error(`no account ${call.caller.account}`);
  return account;
}

/** Authorizes one IAM operation on a resource of the caller's account, by the operations table: it tells what has no resource. Throws AccessDenied. */
export function authorize(call: QueryCall, operation: string, resource: string, context: RequestContext = {}): void {
  const { account } = call.caller;
  const permission = iamPermission({ operation, partition: 'aws', account, arn: resource });
  call.context.authorize(call.caller, [{ ...permission, context }], { account });
}

/** ARN that stands for a role, user or policy in authorization: its own, or the one that its name would have at the root path. */
export function arnFor(call: QueryCall, kind: 'role' | 'user' | 'policy', name: string, path = '/'): string {
  return `arn:aws:iam::${call.caller.account}:${kind}${path}${name}`;
}

/** The role that a call names, authorized. Throws AccessDenied, then NoSuchEntity. */
export function authorizedRole(call: QueryCall, operation: string, context: RequestContext = {}): Role {
  const name = call.parameters.need('RoleName');
  const role = accountOf(call).roles.get(name);
  authorize(call, operation, role?.arn ?? arnFor(call, 'role', name), { ...resourceTags(role?.tags), ...context });
  if (role === undefined) throw noSuchEntity(`The role with name ${name} cannot be found.`);
  return role;
}

/** The user that a call names, or the caller when it names none, authorized. */
export function authorizedUser(call: QueryCall, operation: string, context: RequestContext = {}): User {
  const name = call.parameters.get('UserName') ?? ownUserName(call);
  const user = accountOf(call).users.get(name);
  authorize(call, operation, user?.arn ?? arnFor(call, 'user', name), { ...resourceTags(user?.tags), ...context });
  if (user === undefined) throw noSuchEntity(`The user with name ${name} cannot be found.`);
  return user;
}

function ownUserName(call: QueryCall): string {
  if (call.identity.kind === 'user') return call.identity.userName;
  throw new AwsError('ValidationError', 400, 'Must specify userName when calling with non-User credentials');
}

/** The role or user that a call names. */
export function authorizedPrincipal(
  call: QueryCall,
  kind: 'role' | 'user',
  operation: string,
  context?: RequestContext,
): Role | User {
  return kind === 'role' ? authorizedRole(call, operation, context) : authorizedUser(call, operation, context);
}

/** Writes a changed role or user back. */
export function storePrincipal(call: QueryCall, principal: Role | User): void {
  if (principal.kind === 'role') accountOf(call).roles.set(principal.name, principal);
  else accountOf(call).users.set(principal.name, principal);
}

function resourceTags(tags: Readonly<Record<string, string>> | undefined): RequestContext {
  const context: Record<string, string> = {};
  for (const [key, value] of Object.entries(tags ?? {})) {
    context[`aws:ResourceTag/${key}`] = value;
    context[`iam:ResourceTag/${key}`] = value;
  }
  return context;
}

/** Tags of a request. Throws InvalidInput for keys given twice (without regard to case), LimitExceeded above 50. */
export function readTags(parameters: Parameters): Readonly<Record<string, string>> {
  const tags: Record<string, string> = {};
  const seen = new Set<string>();
  for (const record of parameters.records('Tags')) {
    const key = record.need('Key');
    const value = record.get('Value') ?? '';
    if (seen.has(key.toLowerCase())) {
      throw invalidInput('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
    }
    if (key === '' || key.length > 128 || value.length > 256 || !/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(key + value)) {
      throw invalidInput('The tag key or value is not valid.');
    }
    seen.add(key.toLowerCase());
    tags[key] = value;
  }
  if (seen.size > 50) throw limitExceeded('The number of tags has reached the maximum limit.');
  return tags;
}

/** Context keys of the tags in a request. */
export function tagContext(tags: Readonly<Record<string, string>>): RequestContext {
  const keys = Object.keys(tags);
  if (keys.length === 0) return {};
  return {
    ...Object.fromEntries(keys.map((key) => [`aws:RequestTag/${key}`, tags[key] ?? ''])),
    'aws:TagKeys': keys,
  };
}

/** `Tags` of an answer; absent when there are none. */
export function tagList(tags: Readonly<Record<string, string>>): XmlValue {
  const entries = Object.entries(tags);
  return entries.length === 0 ? undefined : { member: entries.map(([Key, Value]) => ({ Key, Value })) };
}

/** One page of a list by `MaxItems` and `Marker`, under an element of that name. */
export function pageOf<T>(
  call: QueryCall,
  element: string,
  items: readonly T[],
  show: (item: T) => XmlValue,
): QueryResult {
  const size = call.parameters.int('MaxItems') ?? 100;
  const start = readMarker(call.parameters.get('Marker'));
  const page = items.slice(start, start + size);
  const more = start + size < items.length;
  return {
    IsTruncated: more,
    [element]: { member: page.map(show) },
    ...(more ? { Marker: Buffer.from(`from:${start + size}`).toString('base64url') } : {}),
  };
}

/** One page of roles and users together, each kind under its own element, as ListEntitiesForPolicy gives them. */
export function principalPage(call: QueryCall, principals: readonly (Role | User)[]): QueryResult {
  const { IsTruncated, Marker } = pageOf(call, 'Entities', principals, () => undefined);
  const size = call.parameters.int('MaxItems') ?? 100;
  const start = readMarker(call.parameters.get('Marker'));
  const page = principals.slice(start, start + size);
  const list = (kind: 'Role' | 'User'): XmlValue => ({
    member: page
      .filter((principal) => principal.kind === kind.toLowerCase())
      .map((principal) => ({ [`${kind}Name`]: principal.name, [`${kind}Id`]: principal.id })),
  });
  return { PolicyGroups: {}, PolicyUsers: list('User'), PolicyRoles: list('Role'), IsTruncated, Marker };
}

function readMarker(marker: string | undefined): number {
  if (marker === undefined) return 0;
  const match = /^from:(\d{1,9})$/.exec(Buffer.from(marker, 'base64url').toString());
  if (match === null) throw new AwsError('ValidationError', 400, 'Invalid Marker.');
  return Number(match[1]);
}

/** The boundary that a call sets. Throws NoSuchEntity when there is no such managed policy. */
export function readBoundary(call: QueryCall): string | undefined {
  const arn = call.parameters.get('PermissionsBoundary');
  if (arn === undefined) return undefined;
  attachablePolicy(call, arn);
  return arn;
}

/** A managed policy that the caller's account may attach. Throws NoSuchEntity. */
export function attachablePolicy(call: QueryCall, arn: string): ManagedPolicy {
  const policy = call.world.store.policy(call.caller.account, arn);
  if (policy === undefined) throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
  return policy;
}

/** `PermissionsBoundary` of an answer. */
export function boundaryElement(boundary: string | undefined): XmlValue {
  return boundary === undefined ? undefined : { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: boundary };
}

/** The members that roles and users share in answers. */
export function principalElement(kind: 'Role' | 'User', principal: Role | User): { [element: string]: XmlValue } {
  return {
    Path: principal.path,
    [`${kind}Name`]: principal.name,
    [`${kind}Id`]: principal.id,
    Arn: principal.arn,
    CreateDate: isoTime(principal.createdAt),
  };
}

/** How many roles and users of the account use a policy, attached or as boundary. */
export function usesOf(
  account: Account,
  arn: string,
): { readonly attached: readonly (Role | User)[]; readonly bounded: readonly (Role | User)[] } {
  const principals: readonly (Role | User)[] = [...account.roles.values(), ...account.users.values()];
  return {
    attached: principals.filter((principal) => principal.attached.includes(arn)),
    bounded: principals.filter((principal) => principal.boundary === arn),
  };
}

/** Sorts by name and keeps those under the path prefix of the call. */
export function underPath<T extends { readonly name: string; readonly path: string }>(
  call: QueryCall,
  items: Iterable<T>,
): readonly T[] {
  const prefix = call.parameters.get('PathPrefix') ?? '/';
  return [...items].filter((item) => item.path.startsWith(prefix)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** IAM remembers uses for 400 days. https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html#last-accessed_tracking-period */
const TRACKED_MS = 400 * 86_400_000;

/** Whether a use is still remembered. */
export function isTracked(call: QueryCall, at: Date): boolean {
  return call.world.now().getTime() - at.getTime() <= TRACKED_MS;
}

/** Whether a name is taken: IAM's names differ by more than case. */
export function isTaken(names: Iterable<{ readonly name: string }>, name: string): boolean {
  const lower = name.toLowerCase();
  for (const item of names) if (item.name.toLowerCase() === lower) return true;
  return false;
}

/** A record without a member. */
export function without<T extends object, K extends keyof T>(record: T, member: K): Omit<T, K> {
  const { [member]: _dropped, ...rest } = record;
  return rest;
}

/** What CreateRole and CreateUser begin with: the name, path, tags and boundary that are asked for, once they are authorized. */
export function authorizedCreation(
  call: QueryCall,
  kind: 'role' | 'user',
): Pick<Role, 'name' | 'path' | 'arn' | 'tags' | 'boundary'> {
  const { parameters } = call;
  const entity = kind === 'role' ? 'Role' : 'User';
  const name = parameters.need(`${entity}Name`);
  const path = parameters.get('Path') ?? '/';
  const tags = readTags(parameters);
  const boundary = parameters.get('PermissionsBoundary');
  const arn = arnFor(call, kind, name, path);
  authorize(call, `Create${entity}`, arn, {
    ...tagContext(tags),
    ...(boundary === undefined ? {} : { 'iam:PermissionsBoundary': boundary }),
  });
  if (Object.keys(tags).length > 0) authorize(call, `Tag${entity}`, arn, tagContext(tags));
  return { name, path, arn, tags, ...(boundary === undefined ? {} : { boundary }) };
}

/** The role or user of the caller's account that has an ARN. */
export function principalOf(call: QueryCall, asked: string): Role | User | undefined {
  const { roles, users } = accountOf(call);
  const name = asked.slice(asked.lastIndexOf('/') + 1);
  return [roles.get(name), users.get(name)].find((one) => one?.arn === asked);
}
