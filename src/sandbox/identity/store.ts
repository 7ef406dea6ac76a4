import type { JsonValue } from '../../model/policy.ts';
import { awsManagedPolicies } from './aws-managed.ts';
import { createTable, type Propagation, type Table } from './table.ts';
import { createUses, type Uses } from './uses.ts';

/** An inline policy, document as it was given. */
export interface InlinePolicy {
  readonly name: string;
  readonly document: string;
}

interface Principal {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly account: string;
  readonly createdAt: Date;
  readonly boundary?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly inline: readonly InlinePolicy[];
  /** ARNs of managed policies, in the order in which they were attached. */
  readonly attached: readonly string[];
}

export interface Role extends Principal {
  readonly kind: 'role';
  /** Trust policy as AWS keeps it: with unique ids for roles and users. */
  readonly trust: JsonValue;
  readonly description?: string;
  readonly maxSessionDuration: number;
}

export interface User extends Principal {
  readonly kind: 'user';
  /** It has a password for the console. The password itself is not kept. */
  readonly loginProfile?: { readonly createdAt: Date; readonly resetRequired: boolean };
}

export interface PolicyVersion {
  readonly id: string;
  readonly document: string;
  readonly createdAt: Date;
}

export interface ManagedPolicy {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly description?: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly tags: Readonly<Record<string, string>>;
  readonly versions: readonly PolicyVersion[];
  readonly defaultVersion: string;
  /** Number of the next version; never used again after a version is deleted. */
  readonly nextVersion: number;
}

export interface AccessKey {
  readonly id: string;
  readonly secret: string;
  readonly account: string;
  readonly userName: string;
  readonly userId: string;
  readonly active: boolean;
  readonly createdAt: Date;
}

/** A report of what was called last, as it was asked for. */
export interface UseReport {
  readonly id: string;
  readonly account: string;
  /** Unique id of the role or user. */
  readonly principalId: string;
  readonly principalArn: string;
  readonly granularity: 'SERVICE_LEVEL' | 'ACTION_LEVEL';
  readonly createdAt: Date;
}

/** One account's IAM. */
export interface Account {
  readonly id: string;
  readonly roles: Table<Role>;
  readonly users: Table<User>;
  /** By ARN. */
  readonly policies: Table<ManagedPolicy>;
}

/** Everything that IAM stores. */
export interface IdentityStore {
  readonly accounts: ReadonlyMap<string, Account>;
  readonly keys: Table<AccessKey>;
  readonly uses: Uses;
  /** Reports of what was called last, by their ids. They are done when authorization would see a change of IAM. */
  readonly reports: Table<UseReport>;
  /** ARN of the role or user with a unique id, while it exists. */
  readonly arnOf: (id: string) => string | undefined;
  /** Managed policy of a customer or of AWS, as the API sees it. */
  readonly policy: (account: string, arn: string) => ManagedPolicy | undefined;
  /** The same as authorization sees it. */
  readonly policySeen: (account: string, arn: string) => ManagedPolicy | undefined;
  readonly snapshot: () => JsonValue;
}

/** An empty store with the given accounts. */
export function createIdentityStore(accountIds: readonly string[], propagation: Propagation): IdentityStore {
  const arns = new Map<string, string>();
  const accounts = new Map(
    accountIds.map((id): [string, Account] => [
      id,
      {
        id,
        roles: indexed(createTable<Role>(propagation), arns),
        users: indexed(createTable<User>(propagation), arns),
        policies: createTable(propagation),
      },
    ]),
  );
  const keys = createTable<AccessKey>(propagation);
  return {
    accounts,
    keys,
    uses: createUses(),
    reports: createTable(propagation),
    arnOf: (id) => arns.get(id),
    policy: (account, arn) => awsManagedPolicies.get(arn) ?? accounts.get(account)?.policies.get(arn),
    policySeen: (account, arn) => awsManagedPolicies.get(arn) ?? accounts.get(account)?.policies.seen(arn),
    snapshot: () =>
      Object.fromEntries([...accounts.values()].map((account) => [account.id, snapshotOf(account, keys)])),
  };
}

/** A table of principals that keeps the index from unique id to ARN. */
function indexed<T extends Principal>(table: Table<T>, arns: Map<string, string>): Table<T> {
  return {
    ...table,
    set: (name, principal) => {
      arns.set(principal.id, principal.arn);
      table.set(name, principal);
    },
    delete: (name) => {
      const principal = table.get(name);
      if (principal !== undefined) arns.delete(principal.id);
      table.delete(name);
    },
  };
}

function snapshotOf(account: Account, keys: Table<AccessKey>): JsonValue {
  const describe = (principal: Role | User): JsonValue => ({
    arn: principal.arn,
    id: principal.id,
    ...(principal.boundary === undefined ? {} : { boundary: principal.boundary }),
    inline: Object.fromEntries(principal.inline.map((policy) => [policy.name, policy.document])),
    attached: principal.attached,
    tags: principal.tags,
    ...(principal.kind === 'role' ? { trust: principal.trust } : {}),
    ...(principal.kind === 'user' && principal.loginProfile !== undefined ? { password: true } : {}),
  });
  return {
    roles: [...account.roles.values()].map(describe),
    users: [...account.users.values()].map(describe),
    policies: [...account.policies.values()].map((policy) => ({
      arn: policy.arn,
      versions: policy.versions.map((version) => version.id),
      defaultVersion: policy.defaultVersion,
    })),
    // Without their secrets: a snapshot may be printed.
    accessKeys: [...keys.values()]
      .filter((key) => key.account === account.id)
      .map((key) => ({ id: key.id, user: key.userName, active: key.active })),
  };
}

/** The version of a managed policy that is in force. */
export function defaultVersion(policy: ManagedPolicy): PolicyVersion | undefined {
  return policy.versions.find((version) => version.id === policy.defaultVersion);
}
