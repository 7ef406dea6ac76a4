import type { JsonNode } from '../../documents/json-node.ts';
import { parseArn } from '../../model/arn.ts';
import { unnamed } from './declared.ts';
import { at, given, isUnknown, type PlanText, textOf } from './plan-text.ts';

/**
 * A resource of the AWS provider, which Terraform, OpenTofu and Pulumi share: its type and attributes are called as Terraform calls them.
 * https://registry.terraform.io/providers/hashicorp/aws/latest/docs
 */
export interface Resource {
  /** What the tool calls it: `module.a.aws_iam_role.b`, a URN. */
  readonly address: string;
  /** `aws_iam_role`. */
  readonly type: string;
  /** It is only looked at, and made by somebody else. */
  readonly isData: boolean;
  /** Its attributes; what the plan does not know is an unknown string. */
  readonly node: JsonNode;
  readonly isNew: boolean;
  /** ISO 8601. */
  readonly created?: string;
  /** Which provider makes it: two may be of two accounts. */
  readonly provider: string;
  /** Its provider's region, where that is known. */
  readonly region?: string;
  /** Whether the program gives the attribute; otherwise AWS decides on its value. */
  readonly sets: (attribute: string) => boolean;
  /** Addresses of the resources that an attribute is made of, the path of its name within blocks. */
  readonly refers: (...path: readonly string[]) => readonly string[];
}

/** The names of resources, real ones or such as stand for them. */
export interface Names {
  readonly account: string;
  readonly partition: string;
  /** Name of a role, user, group or bucket, ARN of a policy or key. */
  readonly of: (resource: Resource) => string;
  /** ARN of a role or user. */
  readonly arnOf: (resource: Resource) => string;
  /**
   * The name of the only resource of these types that an attribute gives: by its value, or where that is not known by what it refers to.
   * `undefined`: it gives none, or it is not known which.
   */
  readonly given: (resource: Resource, types: readonly string[], ...path: readonly string[]) => string | undefined;
}

/** The attributes of a type that name it, with the kind in its ARN. */
const NAMED: Readonly<Record<string, { readonly attribute: string; readonly kind?: string }>> = {
  aws_iam_role: { attribute: 'name', kind: 'role' },
  aws_iam_user: { attribute: 'name', kind: 'user' },
  aws_iam_group: { attribute: 'name', kind: 'group' },
  aws_iam_policy: { attribute: 'name', kind: 'policy' },
  aws_s3_bucket: { attribute: 'bucket' },
  aws_kms_key: { attribute: 'key_id' },
};

/** Gives every resource a name. */
export function namesOf(resources: readonly Resource[], account: string, partition: string): Names {
  const names = new Map<Resource, string>();
  const byAddress = new Map(resources.map((resource) => [resource.address, resource]));
  const taken = new Set<string>();
  const nameOf = (resource: Resource): string => {
    const known = names.get(resource);
    if (known !== undefined) return known;
    const { attribute = 'name' } = NAMED[resource.type] ?? {};
    const name = textOf(given(resource.node, attribute)) ?? unnamed(resource.address.replace(/^urn:.*::/, ''), taken);
    names.set(resource, name);
    return name;
  };
  const arnOf = (resource: Resource): string => {
    const known = textOf(given(resource.node, 'arn'));
    if (known !== undefined) return known;
    const { node, type, region = 'us-east-1' } = resource;
    if (type === 'aws_kms_key') return `arn:${partition}:kms:${region}:${account}:key/${nameOf(resource)}`;
    const path = textOf(given(node, 'path')) ?? '/';
    return `arn:${partition}:iam::${account}:${NAMED[type]?.kind}${path}${nameOf(resource)}`;
  };
  const of = (resource: Resource): string =>
    resource.type === 'aws_iam_policy' || resource.type === 'aws_kms_key' ? arnOf(resource) : nameOf(resource);
  const referred = (resource: Resource, types: readonly string[], path: readonly string[]): string | undefined => {
    const found = resource.refers(...path).flatMap((address) => byAddress.get(address) ?? []);
    const [only, another] = [...new Set(found)].filter(({ type }) => types.includes(type));
    return only === undefined || another !== undefined ? undefined : of(only);
  };
  return {
    account,
    partition,
    of,
    arnOf,
    given: (resource, types, ...path) => {
      const value = at(resource.node, ...path);
      return value === undefined || isUnknown(value) ? referred(resource, types, path) : textOf(value);
    },
  };
}

/** An attribute that is given, or that AWS decided on; nothing where AWS will decide on it. */
export function attribute({ node, sets }: Resource, name: string): JsonNode | undefined {
  const value = given(node, name);
  return isUnknown(value) && !sets(name) ? undefined : value;
}

/** The account and partition, by ARNs of what is the account's own. */
export function accountIn(
  resources: readonly Resource[],
  before: readonly JsonNode[],
): { readonly account?: string; readonly partition?: string } {
  const arns = [...before, ...ownArns(resources)];
  const own = arns
    .flatMap((arn) => parseArn(textOf(arn) ?? '') ?? [])
    .filter(({ account }) => /^\d{12}$/.test(account));
  const identity = resources.find(({ type }) => type === 'aws_caller_identity');
  const account = textOf(given(identity?.node, 'account_id')) ?? own[0]?.account;
  const partition =
    textOf(given(resources.find(({ type }) => type === 'aws_partition')?.node, 'partition')) ?? own[0]?.partition;
  return { ...(account === undefined ? {} : { account }), ...(partition === undefined ? {} : { partition }) };
}

/** ARNs of what only the account itself has; those of buckets have none, and those of keys may be of another. */
function ownArns(resources: readonly Resource[]): readonly JsonNode[] {
  return resources
    .filter(({ type }) => type.startsWith('aws_iam_'))
    .flatMap(({ node }) => [given(node, 'arn') ?? [], given(node, 'permissions_boundary') ?? []].flat());
}

/** A resource in the text of its plan. */
export function placeOf(plan: PlanText, { node }: Pick<Resource, 'node'>) {
  return { path: plan.path, ...plan.region(node) };
}
