import { parse } from 'yaml';
import type { GeneratedFile } from '../../../src/generate/generated-file.ts';
import { partitionOfRegion } from '../../../src/model/arn.ts';
import type { PolicyDocument } from '../../../src/model/policy.ts';
import type { ArtefactAccess, ArtefactReader } from './types.ts';

type Value = string | number | boolean | null | readonly Value[] | Members;

/** An object of a template. */
export type Members = { readonly [name: string]: Value };

/** What CloudFormation would make of a template, as far as that follows from the template. */
export interface TemplateReader {
  readonly template: Members;
  /** Properties of the resources of a type, by name, with every function in them done. */
  readonly resources: (type: string) => readonly (readonly [id: string, properties: Members])[];
  readonly evaluate: (value: Value) => Value;
}

/** The account in which a template is read. */
const ACCOUNT = '111122223333';

/** Reads the access that a template gives where its rules hold, with each parameter at its default. */
export const readCloudFormation: ArtefactReader = (files) => accessOf(templateReader(onlyText(files)));

function onlyText([file, another]: readonly GeneratedFile[]): string {
  if (file === undefined || another !== undefined) throw new Error('one file is expected');
  return file.text;
}

/** Reads a template; throws on a function that it does not know. Parameters that are not given have their defaults. */
export function templateReader(text: string, given: Readonly<Record<string, string>> = {}): TemplateReader {
  const template = members(parse(text, { version: '1.1' }));
  const parameters = members(template.Parameters);
  const all = members(template.Resources);
  const partition = partitionOfRegion(possibleRegion(template));
  const refer = (name: string): Value => {
    const [id = '', attribute] = name.split('.');
    const parameter = attribute === undefined ? parameters[name] : undefined;
    if (parameter !== undefined) return given[name] ?? members(parameter).Default ?? null;
    if (name === 'AWS::Partition') return partition;
    if (name === 'AWS::AccountId') return ACCOUNT;
    if (!(id in all)) throw new Error(`nothing is called ${name}`);
    return `<${name}>`;
  };
  const evaluate = (value: Value): Value => {
    if (Array.isArray(value)) return value.map(evaluate);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [[name, argument] = ['', null], another] = entries;
    if (another === undefined && name === 'Ref') return refer(String(argument));
    if (another === undefined && name === 'Fn::GetAtt') return refer((argument as readonly string[]).join('.'));
    if (another === undefined && name === 'Fn::Sub') return substitute(String(argument), refer);
    if (entries.some(([key]) => key.startsWith('Fn::'))) throw new Error(`not understood: ${name}`);
    return Object.fromEntries(entries.map(([key, member]) => [key, evaluate(member)]));
  };
  const resources: TemplateReader['resources'] = (type) =>
    Object.entries(all)
      .filter(([, resource]) => members(resource).Type === type)
      .map(([id, resource]) => [id, members(evaluate(members(resource).Properties ?? {}))]);
  return { template, resources, evaluate };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html */
function substitute(text: string, refer: (name: string) => Value): string {
  return text.replace(/\$\{(!?)([^}]*)\}/g, (_, literal: string, name: string) =>
    literal === '' ? String(refer(name)) : `\${${name}}`,
  );
}

/** A region in which every rule of a template holds. */
function possibleRegion(template: Members): string {
  const candidates = ['us-east-1', ...(JSON.stringify(template.Rules).match(/\b[a-z]+(?:-[a-z]+)+-\d\b/g) ?? [])];
  const region = candidates.find((candidate) => brokenRules(template, candidate).length === 0);
  if (region === undefined) throw new Error('the rules allow no region');
  return region;
}

/** Names of the rules that stop a template in a region. */
export function brokenRules(template: Members, region: string): readonly string[] {
  const holds = (assert: Value): boolean => {
    const [[name, argument] = ['', null]] = Object.entries(members(assert));
    const [first = null, second = null] = argument as readonly Value[];
    if (name === 'Fn::Not') return !holds(first);
    if (name === 'Fn::Contains' && isRegion(second)) return (first as readonly Value[]).includes(region);
    if (name === 'Fn::Equals' && isRegion(first)) return second === region;
    throw new Error(`not understood: ${name}`);
  };
  return Object.entries(members(template.Rules))
    .filter(
      ([, rule]) => !(members(rule).Assertions as readonly Members[]).every(({ Assert }) => holds(Assert ?? null)),
    )
    .map(([id]) => id);
}

function isRegion(value: Value): boolean {
  return members(value).Ref === 'AWS::Region';
}

function members(value: unknown): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('an object is expected');
  return value as Members;
}

function accessOf({ resources }: TemplateReader): ArtefactAccess {
  const [roles, users] = [resources('AWS::IAM::Role'), resources('AWS::IAM::User')];
  const [[id, properties] = ['', {}], another] = [...roles, ...users];
  if (another !== undefined) throw new Error('one principal is expected');
  const {
    PermissionsBoundary,
    AssumeRolePolicyDocument,
    Policies = [],
    ManagedPolicyArns = [],
    Tags = [],
  } = properties;
  const managed = resources('AWS::IAM::ManagedPolicy').filter(([, { Roles, Users }]) =>
    ((Roles ?? Users) as readonly Value[]).includes(`<${id}>`),
  );
  const own = [...(Policies as readonly Members[]), ...managed.map(([, policy]) => policy)];
  const buckets = new Map(resources('AWS::S3::Bucket').map(([id, { BucketName }]) => [`<${id}>`, String(BucketName)]));
  return {
    principal: {
      kind: roles.length === 1 ? 'role' : 'user',
      name: String(properties.RoleName ?? properties.UserName),
      path: String(properties.Path),
      ...(PermissionsBoundary === undefined ? {} : { permissionsBoundary: String(PermissionsBoundary) }),
      tags: Object.fromEntries((Tags as readonly Members[]).map(({ Key, Value }) => [String(Key), String(Value)])),
    },
    ...(AssumeRolePolicyDocument === undefined ? {} : { trust: document(AssumeRolePolicyDocument) }),
    identity: own.map(({ PolicyDocument }) => document(PolicyDocument)),
    attached: (ManagedPolicyArns as readonly Value[]).map(String),
    buckets: Object.fromEntries(
      resources('AWS::S3::BucketPolicy').map(([, { Bucket, PolicyDocument }]) => [
        buckets.get(String(Bucket)) ?? '',
        document(PolicyDocument),
      ]),
    ),
  };
}

function document(value: Value | undefined): PolicyDocument {
  return members(value) as unknown as PolicyDocument;
}
