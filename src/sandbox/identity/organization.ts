import type { CompiledPolicy } from '../../evaluate/types.ts';
import { compileDocument } from './compiled.ts';
import { documentOf, type OrganizationMember, type OrganizationOptions } from './organization-options.ts';
import { buildTree, type OrganizationTree } from './organization-tree.ts';

export type { OrganizationOptions } from './organization-options.ts';

/** The organization of a running sandbox. */
export interface Organization {
  /** Replaces it whole; `undefined` dissolves it. Counts at once. */
  readonly set: (organization: OrganizationOptions | undefined) => void;
}

/** What authorization and the Organizations API ask of the organization. */
export interface OrganizationView {
  readonly control: Organization;
  readonly idOf: (account: string) => string | undefined;
  /** Value of aws:PrincipalOrgPaths and aws:ResourceOrgPaths: `o-…/r-…/ou-…/`. */
  readonly pathOf: (account: string) => string | undefined;
  readonly scps: (account: string) => readonly (readonly CompiledPolicy[])[] | undefined;
  readonly rcps: (account: string) => readonly CompiledPolicy[] | undefined;
  readonly generation: () => number;
  readonly tree: () => OrganizationTree | undefined;
}

interface CompiledMember {
  readonly scps?: readonly (readonly CompiledPolicy[])[];
  readonly rcps?: readonly CompiledPolicy[];
}

/** Holds the organization with its policies compiled. */
export function createOrganization(initial: OrganizationOptions | undefined): OrganizationView {
  let tree: OrganizationTree | undefined;
  let members = new Map<string, CompiledMember>();
  let generation = 0;
  const set = (organization: OrganizationOptions | undefined): void => {
    generation += 1;
    tree = organization === undefined ? undefined : buildTree(organization);
    members = new Map(
      Object.entries(organization?.members ?? {}).map(([account, member]): [string, CompiledMember] => [
        account,
        // https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html: none binds the management account.
        account === tree?.management ? {} : compileMember(member),
      ]),
    );
  };
  set(initial);
  return {
    control: { set },
    idOf: (account) => (members.has(account) ? tree?.id : undefined),
    pathOf: (account) => tree?.pathOf(account),
    scps: (account) => members.get(account)?.scps,
    rcps: (account) => members.get(account)?.rcps,
    generation: () => generation,
    tree: () => tree,
  };
}

function compileMember(member: OrganizationMember): CompiledMember {
  return {
    ...(member.scps === undefined
      ? {}
      : {
          scps: member.scps.map((level, depth) =>
            level.map((policy, index) => compileDocument(documentOf(policy), `scp-${depth}-${index}`, 'scp')),
          ),
        }),
    ...(member.rcps === undefined
      ? {}
      : { rcps: member.rcps.map((policy, index) => compileDocument(documentOf(policy), `rcp-${index}`, 'rcp')) }),
  };
}
