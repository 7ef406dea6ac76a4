import { randomBytes } from 'node:crypto';
import { CLIENT_ACCOUNT_ID } from '../scenarios/documents.ts';
import type {
  ScenarioAccessKey,
  ScenarioDocument,
  ScenarioRole,
  ScenarioUser,
  ScenarioWorld,
} from '../scenarios/types.ts';
import type { XmlValue } from '../xml.ts';
import type { Inside } from './inside.ts';
import type { Past } from './past.ts';

/** An access key as it was made. */
export interface SeededKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const accountOf = (given: { readonly account?: string }): string => given.account ?? CLIENT_ACCOUNT_ID;

function text(document: ScenarioDocument): string {
  return JSON.stringify(document);
}

function tagParameters(tags: Readonly<Record<string, string>> = {}): Record<string, string> {
  const entries = Object.entries(tags).flatMap(([key, value], index) => [
    [`Tags.member.${index + 1}.Key`, key],
    [`Tags.member.${index + 1}.Value`, value],
  ]);
  return Object.fromEntries(entries);
}

/** Text below the elements of an answer. */
export function textAt(value: XmlValue, ...path: readonly string[]): string {
  let found: XmlValue = value;
  for (const element of path) {
    found =
      typeof found === 'object' && !Array.isArray(found)
        ? (found as { readonly [element: string]: XmlValue })[element]
        : undefined;
  }
  if (typeof found !== 'string') throw new TypeError(`the answer has no ${path.join('.')}`);
  return found;
}

function seedPolicies(inside: Inside, kind: 'Role' | 'User', principal: ScenarioRole | ScenarioUser): void {
  const account = accountOf(principal);
  const name = { [`${kind}Name`]: principal.name };
  for (const [PolicyName, document] of Object.entries(principal.inline ?? {})) {
    inside.query('iam', account, `Put${kind}Policy`, { ...name, PolicyName, PolicyDocument: text(document) });
  }
  for (const PolicyArn of principal.attached ?? []) {
    inside.query('iam', account, `Attach${kind}Policy`, { ...name, PolicyArn });
  }
}

async function seedUser(inside: Inside, past: Past, user: ScenarioUser): Promise<SeededKey | undefined> {
  const account = accountOf(user);
  const made = inside.query('iam', account, 'CreateUser', {
    UserName: user.name,
    Path: user.path,
    PermissionsBoundary: user.boundary,
    ...tagParameters(user.tags),
  });
  seedPolicies(inside, 'User', user);
  if (user.deleted === true) return undefined;
  if (user.password === true) {
    const Password = randomBytes(18).toString('base64url').concat('aA1!');
    inside.query('iam', account, 'CreateLoginProfile', { UserName: user.name, Password });
  }
  noteCalls(past, textAt(made, 'User', 'UserId'), user);
  const keys: SeededKey[] = [];
  for (const key of accessKeysOf(user)) {
    keys.push(await past.at(key.ageDays, () => seedAccessKey(inside, past, user, key)));
  }
  return keys[0];
}

function accessKeysOf({ key = 'active', keys }: ScenarioUser): readonly ScenarioAccessKey[] {
  if (keys !== undefined) return keys;
  if (key === 'none') return [];
  return [key === 'inactive' ? { inactive: true } : {}];
}

function seedAccessKey(inside: Inside, past: Past, user: ScenarioUser, key: ScenarioAccessKey): SeededKey {
  const account = accountOf(user);
  const made = inside.query('iam', account, 'CreateAccessKey', { UserName: user.name });
  const accessKeyId = textAt(made, 'AccessKey', 'AccessKeyId');
  if (key.inactive === true) {
    inside.query('iam', account, 'UpdateAccessKey', {
      UserName: user.name,
      AccessKeyId: accessKeyId,
      Status: 'Inactive',
    });
  }
  if (key.lastUsedDays !== undefined) {
    past.uses.noteKey(accessKeyId, { ...past.use(key.lastUsedDays), service: key.lastUsedFor ?? 's3' });
  }
  return { accessKeyId, secretAccessKey: textAt(made, 'AccessKey', 'SecretAccessKey') };
}

/** What a role or user called, as if it had called it then. */
function noteCalls(past: Past, id: string, { called = [] }: ScenarioRole | ScenarioUser): void {
  for (const { service, daysAgo, actions = {} } of called) {
    past.uses.noteService(id, service, past.use(daysAgo));
    for (const [action, days] of Object.entries(actions)) past.uses.noteAction(id, service, action, past.use(days));
  }
}

function seedRole(inside: Inside, past: Past, role: ScenarioRole): void {
  const made = inside.query('iam', accountOf(role), 'CreateRole', {
    RoleName: role.name,
    Path: role.path,
    AssumeRolePolicyDocument: text(role.trust),
    MaxSessionDuration: role.maxSessionSeconds === undefined ? undefined : String(role.maxSessionSeconds),
    PermissionsBoundary: role.boundary,
    ...tagParameters(role.tags),
  });
  seedPolicies(inside, 'Role', role);
  const id = textAt(made, 'Role', 'RoleId');
  if (role.lastUsedDays !== undefined) past.uses.notePrincipal(id, past.use(role.lastUsedDays));
  noteCalls(past, id, role);
}

/** Makes policies, users and roles, in that order: trust policies may name users. Gives the access keys by `ACCOUNT/USER`. */
export async function seedPrincipals(
  inside: Inside,
  past: Past,
  world: ScenarioWorld,
): Promise<ReadonlyMap<string, SeededKey>> {
  for (const policy of world.policies ?? []) {
    inside.query('iam', accountOf(policy), 'CreatePolicy', {
      PolicyName: policy.name,
      PolicyDocument: text(policy.document),
    });
  }
  const keys = new Map<string, SeededKey>();
  for (const user of world.users ?? []) {
    const key = await seedUser(inside, past, user);
    if (key !== undefined) keys.set(`${accountOf(user)}/${user.name}`, key);
  }
  for (const role of world.roles ?? []) seedRole(inside, past, role);
  return keys;
}

function removePrincipal(inside: Inside, kind: 'Role' | 'User', principal: ScenarioRole | ScenarioUser): void {
  const account = accountOf(principal);
  const name = { [`${kind}Name`]: principal.name };
  for (const PolicyName of Object.keys(principal.inline ?? {})) {
    inside.query('iam', account, `Delete${kind}Policy`, { ...name, PolicyName });
  }
  for (const PolicyArn of principal.attached ?? []) {
    inside.query('iam', account, `Detach${kind}Policy`, { ...name, PolicyArn });
  }
  inside.query('iam', account, `Delete${kind}`, name);
}

/** Removes those that are meant to be gone. */
export function removePrincipals(inside: Inside, world: ScenarioWorld): void {
  for (const role of world.roles ?? []) if (role.deleted === true) removePrincipal(inside, 'Role', role);
  for (const user of world.users ?? []) if (user.deleted === true) removePrincipal(inside, 'User', user);
}
