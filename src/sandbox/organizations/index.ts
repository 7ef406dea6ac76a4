import type { JsonValue } from '../../model/policy.ts';
import { AwsError } from '../contract.ts';
import type { OrganizationPolicyType, OrganizationTree, TreeNode, TreePolicy } from '../identity/organization-tree.ts';
import { pageAt } from '../json/input.ts';
import type { JsonCall, JsonOperation, JsonResult } from '../json/service.ts';

/** https://docs.aws.amazon.com/organizations/latest/APIReference/CommonErrors.html and the pages of the operations. */
function error(code: string, message: string): AwsError {
  return new AwsError(code, 400, message);
}

/** The organization that the caller's account is in. Throws AWSOrganizationsNotInUseException. */
function treeOf(call: JsonCall): OrganizationTree {
  const tree = call.world.organization.tree();
  if (tree === undefined || !tree.nodes.has(call.caller.account)) {
    throw error('AWSOrganizationsNotInUseException', 'Your account is not a member of an organization.');
  }
  return tree;
}

/** The same for operations that only the management account may do; there are no delegated administrators. */
function managedTree(call: JsonCall): OrganizationTree {
  const tree = treeOf(call);
  if (call.caller.account === tree.management) return tree;
  throw error('AccessDeniedException', "You don't have permissions to access this resource.");
}

function authorize(call: JsonCall, resource = '*'): void {
  const { caller, operation } = call;
  call.context.authorize(caller, [{ action: `organizations:${operation}`, resource }], { account: caller.account });
}

/** The node that a member of the input names, authorized. `code` is the error for one that is not there. */
function authorizedNode(call: JsonCall, member: string, code: string, types: readonly TreeNode['type'][]): TreeNode {
  const tree = managedTree(call);
  const id = call.input.need(member);
  const node = tree.nodes.get(id);
  authorize(call, node?.arn ?? '*');
  if (node === undefined || !types.includes(node.type)) {
    throw error(code, `You specified ${member === 'AccountId' ? 'an account' : 'a target'} that does not exist.`);
  }
  return node;
}

function authorizedPolicy(call: JsonCall): TreePolicy {
  const tree = managedTree(call);
  const policy = tree.policies.get(call.input.need('PolicyId'));
  authorize(call, policy?.arn ?? '*');
  if (policy === undefined)
    throw error('PolicyNotFoundException', "We can't find a policy with the PolicyId that you specified.");
  return policy;
}

/** A page of a list as Organizations gives it. */
function paged<T>(call: JsonCall, member: string, items: readonly T[], show: (item: T) => JsonValue): JsonResult {
  const limit = call.input.int('MaxResults', { min: 1, max: 20 }) ?? 20;
  const invalid = (): AwsError => error('InvalidInputException', 'You provided an invalid pagination token.');
  const { page, next } = pageAt(items, limit, call.input.text('NextToken'), invalid);
  return { [member]: page.map(show), ...(next === undefined ? {} : { NextToken: next }) };
}

const TYPES: readonly OrganizationPolicyType[] = ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY'];

function readFilter(call: JsonCall): OrganizationPolicyType | undefined {
  const filter = call.input.need('Filter');
  const known = TYPES.find((type) => type === filter);
  if (known !== undefined) return known;
  if (/^[A-Z_]+_POLICY(?:_[A-Z0-9]+)?$/.test(filter)) return undefined;
  throw error('InvalidInputException', 'You specified an invalid value.');
}

function summary(policy: TreePolicy): JsonValue {
  return {
    Id: policy.id,
    Arn: policy.arn,
    Name: policy.name,
    Description: policy.description,
    Type: policy.type,
    AwsManaged: policy.awsManaged,
  };
}

function account(tree: OrganizationTree, node: TreeNode): JsonValue {
  return {
    Id: node.id,
    Arn: node.arn,
    Name: node.name,
    Email: `${node.id}@example.com`,
    Status: 'ACTIVE',
    State: 'ACTIVE',
    Paths: [`${tree.pathOf(node.id) ?? ''}${node.id}/`],
    JoinedMethod: node.id === tree.management ? 'INVITED' : 'CREATED',
    JoinedTimestamp: 1_600_000_000,
  };
}

const unit = (node: TreeNode): JsonValue => ({ Id: node.id, Arn: node.arn, Name: node.name });

function nodesOf(tree: OrganizationTree, type: TreeNode['type']): readonly TreeNode[] {
  return [...tree.nodes.values()].filter((node) => node.type === type);
}

type Handler = (call: JsonCall) => JsonResult;

/** Each has a page of its name: https://docs.aws.amazon.com/organizations/latest/APIReference/API_Operations.html */
const handlers: Readonly<Record<string, Handler>> = {
  // Any account of the organization may ask.
  DescribeOrganization: (call) => {
    const tree = treeOf(call);
    authorize(call);
    return {
      Organization: {
        Id: tree.id,
        Arn: tree.arn,
        FeatureSet: 'ALL',
        MasterAccountArn: `arn:aws:organizations::${tree.management}:account/${tree.id}/${tree.management}`,
        MasterAccountId: tree.management,
        MasterAccountEmail: `${tree.management}@example.com`,
        AvailablePolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }],
      },
    };
  },
  ListRoots: (call) => {
    const tree = managedTree(call);
    authorize(call);
    const PolicyTypes = TYPES.map((Type) => ({ Type, Status: 'ENABLED' }));
    return paged(call, 'Roots', nodesOf(tree, 'ROOT'), ({ id, arn, name }) => ({
      Id: id,
      Arn: arn,
      Name: name,
      PolicyTypes,
    }));
  },
  ListParents: (call) => {
    const child = authorizedNode(call, 'ChildId', 'ChildNotFoundException', ['ACCOUNT', 'ORGANIZATIONAL_UNIT']);
    const parent = managedTree(call).nodes.get(child.parent ?? '');
    return paged(call, 'Parents', parent === undefined ? [] : [parent], ({ id, type }) => ({ Id: id, Type: type }));
  },
  ListPoliciesForTarget: (call) => {
    const filter = readFilter(call);
    const target = authorizedNode(call, 'TargetId', 'TargetNotFoundException', [
      'ACCOUNT',
      'ORGANIZATIONAL_UNIT',
      'ROOT',
    ]);
    return paged(call, 'Policies', filter === undefined ? [] : target.policies[filter], summary);
  },
  DescribePolicy: (call) => {
    const policy = authorizedPolicy(call);
    return { Policy: { PolicySummary: summary(policy), Content: JSON.stringify(policy.document) } };
  },
  ListTargetsForPolicy: (call) => {
    const policy = authorizedPolicy(call);
    const targets = [...managedTree(call).nodes.values()].filter((node) =>
      node.policies[policy.type].some(({ id }) => id === policy.id),
    );
    return paged(call, 'Targets', targets, ({ id, arn, name, type }) => ({
      TargetId: id,
      Arn: arn,
      Name: name,
      Type: type,
    }));
  },
  ListPolicies: (call) => {
    const filter = readFilter(call);
    const tree = managedTree(call);
    authorize(call);
    const policies = [...tree.policies.values()].filter(({ type }) => type === filter);
    return paged(call, 'Policies', policies, summary);
  },
  DescribeAccount: (call) => {
    const node = authorizedNode(call, 'AccountId', 'AccountNotFoundException', ['ACCOUNT']);
    return { Account: account(managedTree(call), node) };
  },
  ListAccounts: (call) => {
    const tree = managedTree(call);
    authorize(call);
    return paged(call, 'Accounts', nodesOf(tree, 'ACCOUNT'), (node) => account(tree, node));
  },
  DescribeOrganizationalUnit: (call) => ({
    OrganizationalUnit: unit(
      authorizedNode(call, 'OrganizationalUnitId', 'OrganizationalUnitNotFoundException', ['ORGANIZATIONAL_UNIT']),
    ),
  }),
  ListOrganizationalUnitsForParent: (call) => {
    const parent = authorizedNode(call, 'ParentId', 'ParentNotFoundException', ['ROOT', 'ORGANIZATIONAL_UNIT']);
    const units = nodesOf(managedTree(call), 'ORGANIZATIONAL_UNIT').filter((node) => node.parent === parent.id);
    return paged(call, 'OrganizationalUnits', units, unit);
  },
  ListAccountsForParent: (call) => {
    const parent = authorizedNode(call, 'ParentId', 'ParentNotFoundException', ['ROOT', 'ORGANIZATIONAL_UNIT']);
    const tree = managedTree(call);
    const accounts = nodesOf(tree, 'ACCOUNT').filter((node) => node.parent === parent.id);
    return paged(call, 'Accounts', accounts, (node) => account(tree, node));
  },
};

/** Every operation of Organizations that the sandbox has: those that read. Tests change the organization by `sandbox.organization`. */
export const organizationsOperations: readonly JsonOperation[] = Object.entries(handlers).map(([name, handle]) => ({
  name,
  handle,
}));
