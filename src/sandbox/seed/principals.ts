import { CLIENT_ACCOUNT_ID } from '../scenarios/documents.ts';
import type { ScenarioDocument, ScenarioRole, ScenarioUser, ScenarioWorld } from '../scenarios/types.ts';
import type { XmlValue } from '../xml.ts';
import type { Inside } from './inside.ts';

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

function seedUser(inside: Inside, user: ScenarioUser): SeededKey | undefined {
  const account = accountOf(user);
  inside.query('iam', account, 'CreateUser', {
    UserName: user.name,
    Path: user.path,
    PermissionsBoundary: user.boundary,
    ...tagParameters(user.tags),
  });
  seedPolicies(inside, 'User', user);
  if (user.key === 'none' || user.deleted === true) return undefined;
  const made = inside.query('iam', account, 'CreateAccessKey', { UserName: user.name });
  const accessKeyId = textAt(made, 'AccessKey', 'AccessKeyId');
  if (user.key === 'inactive') {
    inside.query('iam', account, 'UpdateAccessKey', {
      UserName: user.name,
      AccessKeyId: accessKeyId,
      Status: 'Inactive',
    });
  }
  return { accessKeyId, secretAccessKey: textAt(made, 'AccessKey', 'SecretAccessKey') };
}

function seedRole(inside: Inside, role: ScenarioRole): void {
  inside.query('iam', accountOf(role), 'CreateRole', {
    RoleName: role.name,
    Path: role.path,
    AssumeRolePolicyDocument: text(role.trust),
    MaxSessionDuration: role.maxSessionSeconds === undefined ? undefined : String(role.maxSessionSeconds),
    PermissionsBoundary: role.boundary,
    ...tagParameters(role.tags),
  });
  seedPolicies(inside, 'Role', role);
}

/** Makes policies, users and roles, in that order: trust policies may name users. Gives the access keys by `ACCOUNT/USER`. */
export function seedPrincipals(inside: Inside, world: ScenarioWorld): ReadonlyMap<string, SeededKey> {
  for (const policy of world.policies ?? []) {
    inside.query('iam', accountOf(policy), 'CreatePolicy', {
      PolicyName: policy.name,
      PolicyDocument: text(policy.document),
    });
  }
  const keys = new Map<string, SeededKey>();
  for (const user of world.users ?? []) {
    const key = seedUser(inside, user);
    if (key !== undefined) keys.set(`${accountOf(user)}/${user.name}`, key);
  }
  for (const role of world.roles ?? []) seedRole(inside, role);
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
