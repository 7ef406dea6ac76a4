import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { run } from './processes.ts';

/** What the provider says of a resource, a data source or a block in one: its arguments by the names of Terraform's language. */
export interface BlockSchema {
  readonly arguments: ReadonlyMap<string, Argument>;
  /** Names that can be read from it. */
  readonly attributes: ReadonlySet<string>;
}

interface Argument {
  readonly required: boolean;
  /** For a block that is nested in this one. */
  readonly block?: BlockSchema & { readonly many: boolean };
  /** For anything else what HashiCorp's generator takes for it in TypeScript. */
  readonly type: 'string' | 'number' | 'boolean' | 'list' | 'map';
}

const CACHE = fileURLToPath(new URL('../../.venv/peers/terraform-provider-aws/', import.meta.url));

/**
 * The schemas that the AWS provider has for resources and data sources (`data.aws_region`), as HashiCorp generated them for CDK for
 * Terraform: a package of 400 MB, of which the few files that are needed are kept under `.venv/peers`.
 *
 * @param version of the npm package `@cdktf/provider-aws`; 16.0.0 is made from provider 5.5.0, 20.0.0 from 5.99.1, 21.22.1 from 6.25.0
 * @throws Error with npm's or tar's own words, and for a type that the provider does not have
 */
export async function providerSchema(
  version: string,
  types: readonly string[],
): Promise<ReadonlyMap<string, BlockSchema>> {
  const folder = join(CACHE, version);
  const fileOf = (type: string) => `package/lib/${type.replaceAll(/[._]/g, '-').replace(/^aws-/, '')}/index.d.ts`;
  const missing = types.map(fileOf).filter((file) => !existsSync(join(folder, file)));
  if (missing.length > 0) await extract(version, folder, missing);
  const schemas = types.map(async (type) => {
    const text = await readFile(join(folder, fileOf(type)), 'utf8');
    return [type, schemaOf(ts.createSourceFile('index.d.ts', text, ts.ScriptTarget.Latest, true))] as const;
  });
  return new Map(await Promise.all(schemas));
}

async function extract(version: string, folder: string, files: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  await must('npm', ['pack', `@cdktf/provider-aws@${version}`, '--pack-destination', folder]);
  const archive = join(folder, `cdktf-provider-aws-${version}.tgz`);
  await must('tar', ['-xzf', archive, '-C', folder, ...files]);
  await rm(archive);
}

async function must(command: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await run(command, args, { seconds: 300 });
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${stderr.slice(-2000)}`);
}

/** Of the interface that ends in `Config`, with what it refers to; and of the getters of the class. */
function schemaOf(source: ts.SourceFile): BlockSchema {
  const interfaces = new Map(source.statements.filter(ts.isInterfaceDeclaration).map((one) => [one.name.text, one]));
  const config = [...interfaces.values()].find(({ heritageClauses }) => heritageClauses !== undefined);
  const type = source.statements
    .filter(ts.isClassDeclaration)
    .find(({ name }) => `${name?.text}Config` === config?.name.text);
  if (config === undefined || type === undefined) throw new Error('no resource is declared there');
  const getters = type.members.filter(ts.isGetAccessorDeclaration).map(({ name }) => snakeCase(name.getText()));
  return { ...blockSchema(config, interfaces), attributes: new Set(getters) };
}

function blockSchema(
  declaration: ts.InterfaceDeclaration,
  interfaces: ReadonlyMap<string, ts.InterfaceDeclaration>,
): BlockSchema {
  const members = declaration.members.filter(ts.isPropertySignature).map((member) => {
    const text = member.type?.getText().replaceAll(/\s+/g, ' ') ?? '';
    const name = /#(\w+)/.exec(
      ts
        .getJSDocCommentsAndTags(member)
        .map((doc) => doc.getText())
        .join(''),
    )?.[1];
    const [, nested, list] = /^(\w+)(\[\])?(?: \| cdktf\.IResolvable)?$/.exec(text) ?? [];
    const child = interfaces.get(nested ?? '');
    const argument: Argument = {
      required: member.questionToken === undefined,
      type: text.startsWith('{') ? 'map' : text.includes('[]') ? 'list' : (text.split(' ')[0] as Argument['type']),
      ...(child === undefined ? {} : { block: { ...blockSchema(child, interfaces), many: list !== undefined } }),
    };
    return [name ?? snakeCase(member.name.getText()), argument] as const;
  });
  return { arguments: new Map(members), attributes: new Set() };
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z0-9]+(?=[A-Z]|$)|[A-Z]/g, (letters) => `_${letters.toLowerCase()}`);
}

/** Arguments that every resource has. https://opentofu.org/docs/language/meta-arguments/depends_on/ */
const META_ARGUMENTS = ['depends_on', 'lifecycle'];

/** What a block of a file says that its schema does not know, or not so; a problem each, with its place. */
export function schemaProblems(place: string, block: object, schema: BlockSchema): readonly string[] {
  const names = Object.keys(block).filter((name) => !META_ARGUMENTS.includes(name));
  const absent = [...schema.arguments].filter(([name, { required }]) => required && !names.includes(name));
  return [
    ...absent.map(([name]) => `${place}.${name} is required`),
    ...names.flatMap((name) =>
      argumentProblems(`${place}.${name}`, Reflect.get(block, name), schema.arguments.get(name)),
    ),
  ];
}

function argumentProblems(place: string, value: unknown, argument: Argument | undefined): readonly string[] {
  if (argument === undefined) return [`${place} is unknown`];
  const { block, type } = argument;
  if (block === undefined) return isOfType(value, type) ? [] : [`${place} is not of type ${type}`];
  if (!Array.isArray(value) || value.some((one) => typeof one !== 'object')) return [`${place} is not a block`];
  if (value.length > 1 && !block.many) return [`${place} stands more than once`];
  return value.flatMap((one: object, index) => schemaProblems(`${place}[${index}]`, one, block));
}

/** Code may have a value of any type. A nested block is a list of objects, which no argument is. */
function isOfType(value: unknown, type: Argument['type']): boolean {
  if (typeof value === 'string') return type === 'string' || /^\$\{.*\}$/.test(value);
  if (Array.isArray(value)) return type === 'list' && value.every((one) => typeof one !== 'object');
  return type === (typeof value === 'object' ? 'map' : typeof value);
}
