import { createHash } from 'node:crypto';
import type { JsonValue } from '../../model/policy.ts';
import {
  documentOf,
  nameOf,
  type OrganizationMember,
  type OrganizationOptions,
  type OrganizationPolicy,
} from './organization-options.ts';

export type OrganizationPolicyType = 'SERVICE_CONTROL_POLICY' | 'RESOURCE_CONTROL_POLICY';

/** A policy as the Organizations API shows it. */
export interface TreePolicy {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly description: string;
  readonly type: OrganizationPolicyType;
  readonly awsManaged: boolean;
  readonly document: JsonValue;
}

/** Root, organizational unit or account. */
export interface TreeNode {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly type: 'ROOT' | 'ORGANIZATIONAL_UNIT' | 'ACCOUNT';
  /** Id of the node above; the root has none. */
  readonly parent: string | undefined;
  readonly policies: Readonly<Record<OrganizationPolicyType, readonly TreePolicy[]>>;
}

/** An organization with everything that has an id in it. */
export interface OrganizationTree {
  readonly id: string;
  readonly arn: string;
  readonly management: string;
  readonly nodes: ReadonlyMap<string, TreeNode>;
  readonly policies: ReadonlyMap<string, TreePolicy>;
  readonly pathOf: (account: string) => string | undefined;
}

/** Manages organizations of which no member of the sandbox is the management account. */
const ELSEWHERE = '210987654321';

/** Letters and digits that are always the same for the same text, as ids of Organizations have them. */
function derivedId(text: string, length: number): string {
  const digits = BigInt(`0x${createHash('sha256').update(text).digest('hex')}`).toString(36);
  return digits.padStart(length, '0').slice(0, length);
}

const FULL_ACCESS: Readonly<Record<OrganizationPolicyType, Omit<TreePolicy, 'arn'>>> = {
  SERVICE_CONTROL_POLICY: {
    id: 'p-FullAWSAccess',
    name: 'FullAWSAccess',
    description: 'Allows access to every operation',
    type: 'SERVICE_CONTROL_POLICY',
    awsManaged: true,
    document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
  },
  RESOURCE_CONTROL_POLICY: {
    id: 'p-RCPFullAWSAccess',
    name: 'RCPFullAWSAccess',
    description: 'Allows access to every resource',
    type: 'RESOURCE_CONTROL_POLICY',
    awsManaged: true,
    document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] },
  },
};

function fullAccess(type: OrganizationPolicyType): TreePolicy {
  const policy = FULL_ACCESS[type];
  return { ...policy, arn: `arn:aws:organizations::aws:policy/${type.toLowerCase()}/${policy.id}` };
}

function isFullAccess(document: JsonValue): boolean {
  const text = JSON.stringify(document);
  return text.includes('"Allow"') && text === JSON.stringify(FULL_ACCESS.SERVICE_CONTROL_POLICY.document);
}

/** Levels of an account, from the root down: as many as are stated, with the units between. */
function levelsOf(member: OrganizationMember): {
  readonly units: readonly (string | undefined)[];
  readonly scps: readonly (readonly OrganizationPolicy[] | undefined)[];
} {
  const { scps = [], units = [] } = member;
  const between = Math.max(units.length, scps.length - 2, 0);
  const below = scps.slice(1);
  return {
    units: Array.from({ length: between }, (_, index) => units[index]),
    // The last list is the account's where there are lists for more than the root.
    scps: [scps[0], ...Array.from({ length: between }, (_, index) => below[index]), below[between]],
  };
}

function isUnbound(member: OrganizationMember | undefined): boolean {
  return member?.scps === undefined && member?.rcps === undefined;
}

/** Gives ids to everything in an organization. Throws a TypeError when its members have different roots. */
export function buildTree(organization: OrganizationOptions): OrganizationTree {
  const { id, members } = organization;
  const management =
    organization.management ?? Object.keys(members).find((account) => isUnbound(members[account])) ?? ELSEWHERE;
  const nodes = new Map<string, TreeNode>();
  const policies = new Map<string, TreePolicy>();
  const arnOf = (kind: string, rest: string): string => `arn:aws:organizations::${management}:${kind}/${id}/${rest}`;

  const policyOf = (policy: OrganizationPolicy, type: OrganizationPolicyType): TreePolicy => {
    const document = documentOf(policy);
    if (type === 'SERVICE_CONTROL_POLICY' && isFullAccess(document)) return keep(fullAccess(type));
    const policyId = `p-${derivedId(`${type} ${nameOf(policy) ?? ''} ${JSON.stringify(document)}`, 8)}`;
    return keep({
      id: policyId,
      arn: arnOf(`policy`, `${type.toLowerCase()}/${policyId}`),
      name: nameOf(policy) ?? policyId,
      description: '',
      type,
      awsManaged: false,
      document,
    });
  };
  const keep = (policy: TreePolicy): TreePolicy => {
    policies.set(policy.id, policy);
    return policy;
  };
  const scpsOf = (level: readonly OrganizationPolicy[] | undefined): readonly TreePolicy[] =>
    level?.map((policy) => policyOf(policy, 'SERVICE_CONTROL_POLICY')) ?? [keep(fullAccess('SERVICE_CONTROL_POLICY'))];
  const put = (
    node: Omit<TreeNode, 'policies'>,
    scps: readonly OrganizationPolicy[] | undefined,
    rcps: readonly OrganizationPolicy[] = [],
  ): TreeNode => {
    const known = nodes.get(node.id);
    const made: TreeNode = {
      ...node,
      policies: {
        SERVICE_CONTROL_POLICY: scpsOf(scps),
        RESOURCE_CONTROL_POLICY: [
          keep(fullAccess('RESOURCE_CONTROL_POLICY')),
          ...rcps.map((policy) => policyOf(policy, 'RESOURCE_CONTROL_POLICY')),
        ],
      },
    };
    const stated = scps !== undefined;
    if (known !== undefined && !stated) return known;
    if (known !== undefined && statedNodes.has(node.id) && JSON.stringify(known) !== JSON.stringify(made)) {
      throw new TypeError(`the members of the organization ${id} have different policies at ${node.name}`);
    }
    if (stated) statedNodes.add(node.id);
    nodes.set(node.id, made);
    return made;
  };
  const statedNodes = new Set<string>();

  const rootId = `r-${derivedId(id, 4)}`;
  const root = { id: rootId, arn: arnOf('root', rootId), name: 'Root', type: 'ROOT', parent: undefined } as const;
  put(root, undefined);
  for (const [account, member] of Object.entries(members)) {
    const { units, scps } = levelsOf(member);
    put(root, scps[0]);
    let parent = rootId;
    let path = '';
    for (const [depth, unit] of units.entries()) {
      const name = unit ?? `unit-${derivedId(JSON.stringify(scps[depth + 1] ?? null), 6)}`;
      path = `${path}/${name}`;
      const unitId = `ou-${rootId.slice(2)}-${derivedId(`${id}${path}`, 8)}`;
      put({ id: unitId, arn: arnOf('ou', unitId), name, type: 'ORGANIZATIONAL_UNIT', parent }, scps[depth + 1]);
      parent = unitId;
    }
    const name = account === management ? 'management' : `account-${account}`;
    put({ id: account, arn: arnOf('account', account), name, type: 'ACCOUNT', parent }, scps.at(-1), member.rcps);
  }
  if (!nodes.has(management)) {
    put(
      { id: management, arn: arnOf('account', management), name: 'management', type: 'ACCOUNT', parent: rootId },
      undefined,
    );
  }
  return {
    id,
    arn: `arn:aws:organizations::${management}:organization/${id}`,
    management,
    nodes,
    policies,
    pathOf: (account) => pathOf(id, nodes, account),
  };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgpaths */
function pathOf(id: string, nodes: ReadonlyMap<string, TreeNode>, account: string): string | undefined {
  const node = nodes.get(account);
  if (node?.type !== 'ACCOUNT') return undefined;
  const above: string[] = [];
  for (let at = node.parent; at !== undefined; at = nodes.get(at)?.parent) above.unshift(at);
  return `${[id, ...above].join('/')}/`;
}
