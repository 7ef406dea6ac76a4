import { parse } from '@cdktn/hcl2json';
import type { GeneratedFile } from '../../../src/generate/generated-file.ts';
import type { OneOrMany, PolicyDocument, PolicyStatement } from '../../../src/model/policy.ts';
import type { ArtefactAccess, ArtefactReader } from './types.ts';

type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };
type Block = { readonly [name: string]: Value };

/** What HashiCorp's parser makes of a file: blocks by type and labels, each a list; code as `${…}` in texts. */
export interface Configuration {
  readonly variable?: Labelled;
  readonly output?: Labelled;
  readonly resource?: Readonly<Record<string, Labelled>>;
  readonly data?: Readonly<Record<string, Labelled>>;
}

type Labelled = Readonly<Record<string, readonly Block[]>>;

/** What Terraform would make of a file with no variable set. */
export interface TerraformReader {
  readonly configuration: Configuration;
  /** The only resource or data source of a type under a label. */
  readonly block: (type: string, label: string, family?: 'resource' | 'data') => Block;
  /** Labels of a type's resources, in the order of the numbers in them. */
  readonly labels: (type: string) => readonly string[];
  /** The value of an argument; what only AWS could tell is its reference in brackets. */
  readonly evaluate: (value: Value | undefined) => Value;
  /** The policy document under a label, as the provider's data source makes it. */
  readonly document: (label: string) => PolicyDocument;
}

/** Reads the access that a generated file gives, by HashiCorp's parser. */
export const readTerraform: ArtefactReader = async (files) => accessOf(await terraformReader(onlyFile(files).text));

function onlyFile(files: readonly GeneratedFile[]): GeneratedFile {
  const [file, another] = files;
  if (file === undefined || another !== undefined) throw new Error('one file is expected');
  return file;
}

/** Reads a file in Terraform's language; throws on code that is more than a reference. */
export async function terraformReader(text: string): Promise<TerraformReader> {
  const configuration: Configuration = await parse('channelmix.tf', text);
  const block: TerraformReader['block'] = (type, label, family = 'resource') =>
    only(configuration[family]?.[type], label);
  const evaluate = (value: Value | undefined): Value => {
    if (typeof value === 'string') return evaluateText(value, resolve);
    if (Array.isArray(value)) return value.map(evaluate);
    if (typeof value !== 'object' || value === null) return value ?? null;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [plainName(name), evaluate(member)]));
  };
  const resolve = (code: string): Value => {
    const path = code.split('.');
    if (path.some((name) => !/^\w+$/.test(name))) throw new Error(`not understood: ${code}`);
    const [first = '', second = '', third = '', fourth = ''] = path;
    if (first === 'var') return member(evaluate(only(configuration.variable, second).default), third);
    if (first === 'data' && second === 'aws_iam_policy_document' && fourth === 'json')
      return JSON.stringify(document(third));
    const { [third === 'id' ? 'bucket' : third]: argument } = block(first, second);
    return argument === undefined ? `<${code}>` : evaluate(argument);
  };
  const document = (label: string) => policyDocument(block('aws_iam_policy_document', label, 'data'), evaluate);
  const labels = (type: string) =>
    Object.keys(configuration.resource?.[type] ?? {}).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return { configuration, block, labels, evaluate, document };
}

function only(blocks: Labelled | undefined, label: string): Block {
  const [block, another] = blocks?.[label] ?? [];
  if (block === undefined || another !== undefined) throw new Error(`one block ${label} is expected`);
  return block;
}

function member(value: Value, name: string): Value {
  if (name === '') return value;
  const found =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Block)[name] : undefined;
  if (found === undefined) throw new Error(`no member ${name}`);
  return found;
}

/** A text that is code alone has the code's value; else each code in it becomes text. */
function evaluateText(text: string, resolve: (code: string) => Value): Value {
  const whole = /^\$\{([^{}]*)\}$/.exec(text)?.[1];
  if (whole !== undefined) return resolve(whole);
  return text.replace(/\$\$\{|%%\{|\$\{([^{}]*)\}/g, (match, code?: string) =>
    code === undefined ? match.slice(1) : String(resolve(code)),
  );
}

function plainName(text: string): string {
  return text.replace(/\$\$\{|%%\{/g, (match) => match.slice(1));
}

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document */
function policyDocument(
  { version, statement, ...unknown }: Block,
  evaluate: TerraformReader['evaluate'],
): PolicyDocument {
  if (Object.keys(unknown).length > 0) throw new Error(`not understood: ${Object.keys(unknown)}`);
  const statements = (statement as readonly Block[]).map((block) => policyStatement(block, evaluate));
  return { Version: evaluate(version) as '2012-10-17', Statement: statements };
}

function policyStatement(
  { sid, effect, actions, resources, principals, condition, ...unknown }: Block,
  evaluate: TerraformReader['evaluate'],
): PolicyStatement {
  if (Object.keys(unknown).length > 0) throw new Error(`not understood: ${Object.keys(unknown)}`);
  const texts = (value: Value | undefined) => evaluate(value) as readonly string[];
  const conditions: Record<string, Record<string, OneOrMany<string>>> = {};
  for (const { test, variable, values } of (condition ?? []) as readonly Block[])
    conditions[String(test)] = { ...conditions[String(test)], [String(variable)]: texts(values) };
  return {
    ...(sid === undefined ? {} : { Sid: String(evaluate(sid)) }),
    Effect: evaluate(effect) as 'Allow' | 'Deny',
    ...(principals === undefined ? {} : { Principal: principalElement(principals as readonly Block[], texts) }),
    Action: texts(actions),
    ...(resources === undefined ? {} : { Resource: texts(resources) }),
    ...(condition === undefined ? {} : { Condition: conditions }),
  };
}

function principalElement(
  principals: readonly Block[],
  texts: (value: Value | undefined) => readonly string[],
): NonNullable<PolicyStatement['Principal']> {
  const kinds = principals.map(({ type, identifiers }) => [String(type), texts(identifiers)] as const);
  const [[kind, identifiers] = ['', []], another] = kinds;
  if (kind === '*' && identifiers.join() === '*' && another === undefined) return '*';
  return Object.fromEntries(kinds);
}

function accessOf({ block, labels, evaluate }: TerraformReader): ArtefactAccess {
  const kind = labels('aws_iam_role').length === 1 ? 'role' : 'user';
  const { name, path, tags, permissions_boundary, assume_role_policy } = block(`aws_iam_${kind}`, 'channelmix');
  const principalName = String(evaluate(name));
  const json = (value: Value | undefined) => JSON.parse(String(evaluate(value))) as PolicyDocument;
  const attachments = labels(`aws_iam_${kind}_policy_attachment`).map((label) => {
    const attachment = block(`aws_iam_${kind}_policy_attachment`, label);
    if (evaluate(attachment[kind]) !== principalName) throw new Error(`${label} is of another principal`);
    return String(evaluate(attachment.policy_arn));
  });
  const managed = labels('aws_iam_policy').filter((label) => attachments.includes(`<aws_iam_policy.${label}.arn>`));
  const inline = labels('aws_iam_role_policy').filter(
    (label) => evaluate(block('aws_iam_role_policy', label).role) === principalName,
  );
  return {
    principal: {
      kind,
      name: principalName,
      path: String(evaluate(path)),
      ...(permissions_boundary === undefined ? {} : { permissionsBoundary: String(evaluate(permissions_boundary)) }),
      tags: evaluate(tags) as Record<string, string>,
    },
    ...(assume_role_policy === undefined ? {} : { trust: json(assume_role_policy) }),
    identity: [
      ...inline.map((label) => json(block('aws_iam_role_policy', label).policy)),
      ...managed.map((label) => json(block('aws_iam_policy', label).policy)),
    ],
    attached: attachments.filter((arn) => arn.startsWith('arn:')),
    buckets: Object.fromEntries(
      labels('aws_s3_bucket_policy').map((label) => {
        const { bucket, policy } = block('aws_s3_bucket_policy', label);
        return [String(evaluate(bucket)), json(policy)];
      }),
    ),
  };
}
