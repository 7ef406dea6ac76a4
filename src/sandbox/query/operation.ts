import type { JsonValue } from '../../model/policy.ts';
import type { Caller, PrincipalDirectory, ServiceContext } from '../contract.ts';
import type { Identity } from '../identity/credentials.ts';
import type { OrganizationView } from '../identity/organization.ts';
import type { SessionVault } from '../identity/session.ts';
import type { IdentityStore } from '../identity/store.ts';
import type { KeyStore } from '../kms/store.ts';
import type { XmlValue } from '../xml.ts';
import type { ParameterRule, Parameters } from './parameters.ts';

/** What IAM and STS stand on. */
export interface World {
  readonly store: IdentityStore;
  readonly principals: PrincipalDirectory;
  readonly vault: SessionVault;
  readonly organization: OrganizationView;
  readonly keys: KeyStore;
  readonly callerOf: (identity: Identity) => Caller;
  /** The sandbox's clock. */
  readonly now: () => Date;
}

/** One call of an operation: parameters are validated, the caller is authenticated, nothing is authorized yet. */
export interface QueryCall {
  readonly parameters: Parameters;
  readonly identity: Identity;
  readonly caller: Caller;
  readonly context: ServiceContext;
  readonly world: World;
}

export type QueryResult = { readonly [element: string]: XmlValue };

/** An operation of IAM or STS. It authorizes itself, since the resource is in its parameters. Returns the members of its result, if any. */
export interface QueryOperation {
  readonly name: string;
  readonly rules: readonly ParameterRule[];
  readonly handle: (call: QueryCall) => QueryResult | undefined;
}

/** A time as the query services write it. */
export function isoTime(date: Date): string {
  return date.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** A stored document in answers: URL-encoded by RFC 3986. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html */
export function encodedDocument(document: string | JsonValue): string {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
