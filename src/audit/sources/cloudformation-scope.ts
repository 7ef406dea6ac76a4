import type { JsonNode } from '../../documents/json-node.ts';
import { partitionOfRegion } from '../../model/arn.ts';
import { UNNAMED_ACCOUNT } from '../../model/constants.ts';
import { conditionHolds, type Meaning, resolve, type Scope } from './cloudformation-functions.ts';
import { unnamed } from './declared.ts';
import { at, given, isTrue, listIn, type PlanText, textOf } from './plan-text.ts';

/** A resource of a template, with the functions in its properties worked out. */
export interface TemplateResource {
  readonly id: string;
  readonly type: string;
  readonly node: JsonNode;
  readonly properties: JsonNode | undefined;
  /** Whether its condition holds; `undefined`: that is not known. */
  readonly made: boolean | undefined;
}

/** A template with the names in it. */
export interface Template {
  readonly account: string;
  readonly partition: string;
  readonly region: string | undefined;
  readonly resources: readonly TemplateResource[];
  /** Name of what a resource makes, or what stands for it. */
  readonly nameOf: (id: string) => string;
  readonly arnOf: (id: string) => string;
}

/** How a type of resource is named, and what `Ref` and `Fn::GetAtt` of it give. */
const TYPES: Readonly<
  Record<string, { readonly name: string; readonly ref: 'name' | 'arn' | 'id'; readonly arns: readonly string[] }>
> = {
  'AWS::IAM::Role': { name: 'RoleName', ref: 'name', arns: ['Arn'] },
  'AWS::IAM::User': { name: 'UserName', ref: 'name', arns: ['Arn'] },
  'AWS::IAM::Group': { name: 'GroupName', ref: 'name', arns: ['Arn'] },
  'AWS::IAM::ManagedPolicy': { name: 'ManagedPolicyName', ref: 'arn', arns: ['PolicyArn'] },
  'AWS::S3::Bucket': { name: 'BucketName', ref: 'name', arns: ['Arn'] },
  'AWS::KMS::Key': { name: 'KeyId', ref: 'id', arns: ['Arn'] },
  'AWS::KMS::Alias': { name: 'AliasName', ref: 'name', arns: [] },
};

/** Names that a stack gives by itself. */
const STACK = ['AWS::StackName', 'AWS::StackId', 'AWS::NotificationARNs'];

/**
 * Works out a template with the defaults of its parameters, unless others are given.
 *
 * @param values of parameters, and of `AWS::AccountId`, `AWS::Region`, `AWS::StackName` and `AWS::Partition`
 */
export function templateOf(plan: PlanText, values: Readonly<Record<string, string>>): Template {
  const { root } = plan;
  const { region, partition } = regionOf(plan, values);
  const account = values['AWS::AccountId'] ?? boundaryAccount(plan) ?? UNNAMED_ACCOUNT;
  const parameters = given(root, 'Parameters');
  const declared = given(root, 'Resources');
  const typeOf = (id: string) => textOf(at(declared, id, 'Type'));
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const running = new Set<string>();
  const nameOf = (id: string): string => {
    const known = names.get(id);
    if (known !== undefined) return known;
    const property = TYPES[typeOf(id) ?? '']?.name;
    const written = property === undefined ? undefined : at(declared, id, 'Properties', property);
    // A name that is made of itself is refused by CloudFormation.
    const isCircular = running.has(id);
    running.add(id);
    const name =
      (written === undefined || isCircular ? undefined : textOf(resolve(written, scope))) ?? unnamed(id, taken);
    running.delete(id);
    names.set(id, name);
    return name;
  };
  const arnOf = (id: string): string => {
    const type = typeOf(id) ?? '';
    if (type === 'AWS::S3::Bucket') return `arn:${partition}:s3:::${nameOf(id)}`;
    if (type === 'AWS::KMS::Key') return `arn:${partition}:kms:${region ?? 'us-east-1'}:${account}:key/${nameOf(id)}`;
    const kind =
      { 'AWS::IAM::ManagedPolicy': 'policy', 'AWS::IAM::User': 'user', 'AWS::IAM::Group': 'group' }[type] ?? 'role';
    const path = at(declared, id, 'Properties', 'Path');
    return `arn:${partition}:iam::${account}:${kind}${(path === undefined ? undefined : textOf(resolve(path, scope))) ?? '/'}${nameOf(id)}`;
  };
  const refer = (name: string, attribute?: string): Meaning => {
    if (attribute !== undefined) return attributeOf(name, attribute);
    const value = values[name];
    if (value !== undefined) return { known: value };
    const parameter = given(parameters, name);
    if (parameter !== undefined) return defaultOf(parameter);
    if (name === 'AWS::NoValue') return 'no-value';
    if (name === 'AWS::AccountId') return { known: account };
    if (name === 'AWS::Partition') return { known: partition };
    if (name === 'AWS::URLSuffix') return { known: partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com' };
    if (name === 'AWS::Region')
      return region === undefined ? { unknown: 'which the template does not say' } : { known: region };
    if (STACK.includes(name)) return { unknown: 'which the template does not say' };
    const type = TYPES[typeOf(name) ?? ''];
    if (typeOf(name) === 'AWS::IAM::AccessKey') return { known: name };
    if (type === undefined)
      return {
        unknown: typeOf(name) === undefined ? 'which is not in the template' : 'which only the stack will know',
      };
    return { known: type.ref === 'arn' ? arnOf(name) : nameOf(name) };
  };
  const attributeOf = (name: string, attribute: string): Meaning => {
    const type = TYPES[typeOf(name) ?? ''];
    if (type?.arns.includes(attribute) === true) return { known: arnOf(name) };
    return typeOf(name) === 'AWS::KMS::Key' && attribute === 'KeyId'
      ? { known: nameOf(name) }
      : { unknown: 'which only the stack will know' };
  };
  const scope: Scope = { refer, holds: conditionsOf(root, () => scope), mappings: given(root, 'Mappings') };
  const members = declared?.type === 'object' ? declared.members : [];
  const resources = members.map(({ key, value: node }): TemplateResource => {
    const properties = given(node, 'Properties');
    const condition = textOf(given(node, 'Condition'));
    return {
      id: key.value,
      type: textOf(given(node, 'Type')) ?? '',
      node,
      properties: properties === undefined ? undefined : resolve(properties, scope),
      made: condition === undefined ? true : scope.holds(condition),
    };
  });
  return { account, partition, region, resources: resources.filter(({ made }) => made !== false), nameOf, arnOf };
}

/** The default of a parameter; those that CloudFormation looks up elsewhere, or hides, are not known. */
function defaultOf(parameter: JsonNode): Meaning {
  const type = textOf(given(parameter, 'Type')) ?? 'String';
  const text = textOf(given(parameter, 'Default'));
  if (type.startsWith('AWS::SSM::Parameter::')) return { unknown: 'a parameter that is kept in Systems Manager' };
  if (isTrue(given(parameter, 'NoEcho'))) return { unknown: 'a parameter that is kept secret' };
  if (text === undefined) return { unknown: 'a parameter without a default' };
  return { known: /^(?:CommaDelimitedList|List<)/.test(type) ? text.split(',').map((part) => part.trim()) : text };
}

function conditionsOf(root: JsonNode, scope: () => Scope): Scope['holds'] {
  const known = new Map<string, boolean | undefined>();
  const holds = (name: string): boolean | undefined => {
    if (known.has(name)) return known.get(name);
    // A condition that is made of itself is refused by CloudFormation.
    known.set(name, undefined);
    const answer = conditionHolds(at(root, 'Conditions', name), scope());
    known.set(name, answer);
    return answer;
  };
  return holds;
}

/** A boundary is a policy of the account itself. */
function boundaryAccount({ root, text }: PlanText): string | undefined {
  const resources = given(root, 'Resources');
  for (const { value } of resources?.type === 'object' ? resources.members : []) {
    const boundary = at(value, 'Properties', 'PermissionsBoundary');
    const written = boundary === undefined ? '' : text.slice(boundary.start, boundary.end);
    const account = /:iam::(\d{12}):policy\//.exec(written)?.[1];
    if (account !== undefined) return account;
  }
  return undefined;
}

/** A region that is nowhere: rules that allow it say nothing of which it is. */
const ANY_REGION = 'any-where-1';

/** The region, and at least the partition, as far as the template's rules leave only one, or somebody says it. */
function regionOf(
  { root, text }: PlanText,
  values: Readonly<Record<string, string>>,
): { readonly region: string | undefined; readonly partition: string } {
  const region = values['AWS::Region'];
  const given_ = values['AWS::Partition'];
  const rules = given(root, 'Rules');
  const written = rules === undefined ? '' : text.slice(rules.start, rules.end);
  const candidates = [ANY_REGION, ...new Set(written.match(/\b[a-z]{2,4}(?:-[a-z]+)+-\d\b/g) ?? [])];
  const allowed = region === undefined ? candidates.filter((one) => allows(rules, one)) : [region];
  const partitions = new Set(allowed.map(partitionOfRegion));
  const [only] = partitions;
  return {
    region: region ?? (allowed.length === 1 && allowed[0] !== ANY_REGION ? allowed[0] : undefined),
    partition: given_ ?? (partitions.size === 1 && only !== undefined ? only : 'aws'),
  };
}

function allows(rules: JsonNode | undefined, region: string): boolean {
  const scope: Scope = {
    refer: (name) => (name === 'AWS::Region' ? { known: region } : { unknown: 'not asked for' }),
    holds: () => undefined,
    mappings: undefined,
  };
  const all = rules?.type === 'object' ? rules.members.map(({ value }) => value) : [];
  return all
    .filter((rule) => given(rule, 'RuleCondition') === undefined)
    .flatMap((rule) => listIn(rule, 'Assertions'))
    .every((assertion) => conditionHolds(given(assertion, 'Assert'), scope) !== false);
}
