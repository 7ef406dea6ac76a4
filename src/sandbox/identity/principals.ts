import { parseArn } from '../../model/arn.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/policy.ts';
import type { AwsError, PrincipalDirectory } from '../contract.ts';
import type { IdentityStore, Role, User } from './store.ts';

/** Finds a role or user by its ARN as authorization sees it: a policy may name only what has propagated. */
function find(store: IdentityStore, arn: string): Role | User | undefined {
  const parts = parseArn(arn);
  const account = parts?.service === 'iam' ? store.accounts.get(parts.account) : undefined;
  if (parts === undefined || account === undefined) return undefined;
  const name = parts.resource.slice(parts.resource.lastIndexOf('/') + 1);
  const principal = parts.resource.startsWith('role/') ? account.roles.seen(name) : account.users.seen(name);
  return principal?.arn === arn ? principal : undefined;
}

const UNIQUE_ID = /^(?:AROA|AIDA)[A-Z2-7]{17}$/;

/** The directory of a store. */
export function createPrincipalDirectory(store: IdentityStore): PrincipalDirectory {
  const accounts = [...store.accounts.keys()];
  const toId = (principal: string, invalid: (principal: string) => AwsError): string => {
    if (/^\d{12}$/.test(principal)) return `arn:aws:iam::${principal}:root`;
    const parts = parseArn(principal);
    // Other accounts are not here to be asked: their principals are kept by ARN.
    if (parts?.service !== 'iam' || !store.accounts.has(parts.account) || parts.resource === 'root') return principal;
    if (!parts.resource.startsWith('role/') && !parts.resource.startsWith('user/')) return principal;
    const found = find(store, principal);
    if (found === undefined) throw invalid(principal);
    return found.id;
  };
  return {
    accounts,
    idOf: (arn) => find(store, arn)?.id,
    arnOf: store.arnOf,
    toStored: (document, invalid) => mapPrincipals(document, (principal) => toId(principal, invalid)),
    toShown: (document) =>
      mapPrincipals(document, (principal) =>
        UNIQUE_ID.test(principal) ? (store.arnOf(principal) ?? principal) : principal,
      ),
  };
}

/** Rewrites the values of `AWS` in every Principal and NotPrincipal element. */
function mapPrincipals(document: JsonValue, change: (principal: string) => string): JsonValue {
  if (!isJsonObject(document)) return document;
  const statements = document.Statement;
  if (statements === undefined) return document;
  const one = (statement: JsonValue): JsonValue =>
    isJsonObject(statement) ? mapStatement(statement, change) : statement;
  return { ...document, Statement: Array.isArray(statements) ? statements.map(one) : one(statements) };
}

function mapStatement(statement: JsonObject, change: (principal: string) => string): JsonValue {
  const out: Record<string, JsonValue> = { ...statement };
  for (const element of ['Principal', 'NotPrincipal']) {
    const principals = statement[element];
    if (!isJsonObject(principals)) continue;
    const aws = principals.AWS;
    if (typeof aws === 'string') out[element] = { ...principals, AWS: change(aws) };
    else if (Array.isArray(aws)) {
      out[element] = { ...principals, AWS: aws.map((value) => (typeof value === 'string' ? change(value) : value)) };
    }
  }
  return out;
}
