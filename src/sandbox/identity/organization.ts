import type { CompiledPolicy } from '../../evaluate/types.ts';
import type { JsonValue } from '../../model/policy.ts';
import { compileDocument } from './compiled.ts';

/** The organization of the sandbox's accounts. Without one, there are no SCPs and RCPs. */
export interface OrganizationOptions {
  /** `o-…`; the value of aws:PrincipalOrgID and aws:ResourceOrgID. */
  readonly id: string;
  readonly members: Readonly<Record<string, OrganizationMember>>;
}

export interface OrganizationMember {
  /** One list of documents a level, from the root down to the account. Absent: no SCPs (the management account). */
  readonly scps?: readonly (readonly JsonValue[])[];
  /** RCPFullAWSAccess is implied beside them. */
  readonly rcps?: readonly JsonValue[];
}

/** The organization of a running sandbox. */
export interface Organization {
  /** Replaces it whole; `undefined` dissolves it. Counts at once. */
  readonly set: (organization: OrganizationOptions | undefined) => void;
}

/** What authorization asks of the organization. */
export interface OrganizationView {
  readonly control: Organization;
  readonly idOf: (account: string) => string | undefined;
  readonly scps: (account: string) => readonly (readonly CompiledPolicy[])[] | undefined;
  readonly rcps: (account: string) => readonly CompiledPolicy[] | undefined;
  readonly generation: () => number;
}

interface CompiledMember {
  readonly scps?: readonly (readonly CompiledPolicy[])[];
  readonly rcps?: readonly CompiledPolicy[];
}

/** Holds the organization with its policies compiled. */
export function createOrganization(initial: OrganizationOptions | undefined): OrganizationView {
  let id: string | undefined;
  let members = new Map<string, CompiledMember>();
  let generation = 0;
  const set = (organization: OrganizationOptions | undefined): void => {
    generation += 1;
    id = organization?.id;
    members = new Map(
      Object.entries(organization?.members ?? {}).map(([account, member]): [string, CompiledMember] => [
        account,
        compileMember(member),
      ]),
    );
  };
  set(initial);
  return {
    control: { set },
    idOf: (account) => (members.has(account) ? id : undefined),
    scps: (account) => members.get(account)?.scps,
    rcps: (account) => members.get(account)?.rcps,
    generation: () => generation,
  };
}

function compileMember(member: OrganizationMember): CompiledMember {
  return {
    ...(member.scps === undefined
      ? {}
      : {
          scps: member.scps.map((level, depth) =>
            level.map((document, index) => compileDocument(document, `scp-${depth}-${index}`, 'scp')),
          ),
        }),
    ...(member.rcps === undefined
      ? {}
      : { rcps: member.rcps.map((document, index) => compileDocument(document, `rcp-${index}`, 'rcp')) }),
  };
}
