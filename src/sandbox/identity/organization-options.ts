import type { JsonValue, PolicyDocument } from '../../model/policy.ts';

/** The organization of the sandbox's accounts. Without one, there are no SCPs and RCPs. */
export interface OrganizationOptions {
  /** `o-…`; the value of aws:PrincipalOrgID and aws:ResourceOrgID. */
  readonly id: string;
  readonly members: Readonly<Record<string, OrganizationMember>>;
  /**
   * The account that manages it, reads its policies and is bound by none. By default the first member without SCPs and RCPs; without such a member
   * an account that is not in the sandbox.
   */
  readonly management?: string;
}

export interface OrganizationMember {
  /** One list of policies a level, from the root down to the account. Absent: no SCPs but FullAWSAccess. All members have the same root. */
  readonly scps?: readonly (readonly OrganizationPolicy[])[];
  /** RCPFullAWSAccess is implied beside them. They are attached to the account. */
  readonly rcps?: readonly OrganizationPolicy[];
  /** Names of the organizational units between root and account; by default as many as `scps` has levels between. */
  readonly units?: readonly string[];
}

/** A policy of the organization: its document, with a name where one matters. */
export type OrganizationPolicy = NamedOrganizationPolicy | PolicyDocument | JsonValue;

export interface NamedOrganizationPolicy {
  readonly policyName: string;
  readonly document: PolicyDocument | JsonValue;
}

function isNamed(policy: OrganizationPolicy): policy is NamedOrganizationPolicy {
  return typeof policy === 'object' && policy !== null && 'policyName' in policy && 'document' in policy;
}

/** The document of a policy as plain JSON. */
export function documentOf(policy: OrganizationPolicy): JsonValue {
  return JSON.parse(JSON.stringify(isNamed(policy) ? policy.document : policy));
}

/** Its name, if it has one. */
export function nameOf(policy: OrganizationPolicy): string | undefined {
  return isNamed(policy) ? policy.policyName : undefined;
}
