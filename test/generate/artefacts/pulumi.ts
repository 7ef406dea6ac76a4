import * as pulumi from '@pulumi/pulumi';
import { transformSync } from 'esbuild';
import { parse } from 'yaml';
import type { GeneratedFile } from '../../../src/generate/generated-file.ts';
import * as kit from '../../../src/index.ts';
import { partitionOfRegion } from '../../../src/model/arn.ts';
import type { PolicyDocument } from '../../../src/model/policy.ts';
import * as components from '../../../stacks/components/index.ts';
import type { ArtefactAccess, ArtefactReader } from './types.ts';

/** A resource as the program declares it. */
interface Declared {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** A Pulumi program: what `index.ts` exports as its default. */
type Program = () => Promise<Readonly<Record<string, unknown>>>;

const ACCOUNT = '111122223333';

/**
 * Reads the access that a generated project gives by running its `index.ts` in this process, with Pulumi's own mocks in place of the engine.
 * The provider works where the project's grant says; what it would answer for a resource is its inputs and an ARN.
 */
export const readPulumi: ArtefactReader = async (files) => {
  const region = regionOf(files);
  return accessOf(await declaredBy(programOf(files), { region, project: projectName(files) }));
};

/** What a program declares, in no order that counts. */
async function declaredBy(
  program: Program,
  place: { readonly region: string; readonly project: string },
): Promise<readonly Declared[]> {
  const declared: Declared[] = [];
  const partition = partitionOfRegion(place.region);
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, custom }) => {
        if (custom === true) declared.push({ type, name, inputs });
        const arn = `arn:${partition}:iam::${ACCOUNT}:${type}/${name}`;
        return { id: name, state: { arn, secret: 'secret', ...inputs } };
      },
      call: ({ token }) => answerOf(token, { ...place, partition }),
    },
    place.project,
    'test',
  );
  pulumi.runtime.setAllConfig({});
  await withoutStacks(async () => {
    await pulumi.runtime.runInPulumiStack(program);
    await pulumi.runtime.disconnect();
  });
  return declared;
}

/** Pulumi notes where each resource is declared and each promise made; to write those stacks out takes longer than all the rest. */
async function withoutStacks(work: () => Promise<void>): Promise<void> {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    await work();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

function answerOf(token: string, { region, partition }: { readonly region: string; readonly partition: string }) {
  if (token.endsWith(':getCallerIdentity')) return { accountId: ACCOUNT };
  if (token.endsWith(':getRegion')) return { region };
  if (token.endsWith(':getPartition')) return { partition };
  throw new Error(`the program calls ${token}`);
}

/** Compiled once for every text: what differs between grants is data beside it. */
const compiled = new Map<string, (require: (name: string) => unknown, exports: { default?: Program }) => void>();

/** The program of a project, with the files of the project for what it reads. */
export function programOf(files: readonly GeneratedFile[]): Program {
  const source = textOf(files, 'index.ts');
  const run = compiled.get(source) ?? compile(source);
  compiled.set(source, run);
  const exports: { default?: Program } = {};
  run((name) => moduleOf(name, files), exports);
  if (exports.default === undefined) throw new Error('index.ts has no default export');
  return exports.default;
}

function compile(source: string): (require: (name: string) => unknown, exports: { default?: Program }) => void {
  const define = { 'import.meta.url': '"file:///project/index.ts"' };
  const { code } = transformSync(source, { loader: 'ts', format: 'cjs', define });
  const evaluate = new Function('require', 'module', code) as (
    require: (name: string) => unknown,
    module: { exports: { default?: Program } },
  ) => void;
  return (require, exports) => {
    const module = { exports: {} as { default?: Program } };
    evaluate(require, module);
    Object.assign(exports, { default: module.exports.default });
  };
}

function moduleOf(name: string, files: readonly GeneratedFile[]): unknown {
  if (name === 'channelmix-s3') return kit;
  if (name === 'channelmix-s3/pulumi') return components;
  if (name === 'node:fs') return { readFileSync: (url: URL) => textOf(files, url.pathname.replace('/project/', '')) };
  throw new Error(`index.ts imports ${name}`);
}

function textOf(files: readonly GeneratedFile[], path: string): string {
  const file = files.find((one) => one.path === path);
  if (file === undefined) throw new Error(`the project has no ${path}`);
  return file.text;
}

function projectName(files: readonly GeneratedFile[]): string {
  return (parse(textOf(files, 'Pulumi.yaml')) as { readonly name: string }).name;
}

/** A region where the grant can be given: that of its keys, or one of its partition. */
function regionOf(files: readonly GeneratedFile[]): string {
  const text = textOf(files, 'channelmix.yaml');
  const ofKey = /arn:[\w-]+:kms:([\w-]+):/.exec(text)?.[1];
  if (ofKey !== undefined) return ofKey;
  const { partition = 'aws' } = parse(text) as { readonly partition?: string };
  const region = { aws: 'eu-west-1', 'aws-cn': 'cn-north-1', 'aws-us-gov': 'us-gov-west-1' }[partition];
  if (region === undefined) throw new Error(`no region of ${partition} is known`);
  return region;
}

function accessOf(declared: readonly Declared[]): ArtefactAccess {
  const of = (type: string) => declared.filter((one) => one.type === type).map(({ inputs }) => inputs);
  const [role] = of('aws:iam/role:Role');
  const [user] = of('aws:iam/user:User');
  const principal = role ?? user;
  if (principal === undefined) throw new Error('the program declares neither a role nor a user');
  const {
    name,
    path,
    permissionsBoundary,
    tags = {},
    assumeRolePolicy,
  } = principal as Readonly<Record<string, string>>;
  const attachments = [...of('aws:iam/rolePolicyAttachment:RolePolicyAttachment'), ...of(USER_ATTACHMENT)];
  return {
    principal: {
      kind: role === undefined ? 'user' : 'role',
      name: String(name),
      path: String(path),
      ...(permissionsBoundary === undefined ? {} : { permissionsBoundary }),
      tags: tags as unknown as Readonly<Record<string, string>>,
    },
    ...(assumeRolePolicy === undefined ? {} : { trust: document(assumeRolePolicy) }),
    identity: [...of('aws:iam/rolePolicy:RolePolicy'), ...of('aws:iam/policy:Policy')].map(({ policy }) =>
      document(policy),
    ),
    attached: attachments.map(({ policyArn }) => String(policyArn)).filter((arn) => arn.includes('::aws:')),
    buckets: Object.fromEntries(
      of('aws:s3/bucketPolicy:BucketPolicy').map(({ bucket, policy }) => [String(bucket), document(policy)]),
    ),
  };
}

const USER_ATTACHMENT = 'aws:iam/userPolicyAttachment:UserPolicyAttachment';

function document(text: unknown): PolicyDocument {
  return JSON.parse(String(text)) as PolicyDocument;
}
