import { itemsOf, type JsonNode, type Member } from '../../documents/json-node.ts';
import { inputError } from '../../model/errors.ts';
import { printable } from '../../model/printable.ts';
import type { Declared } from './declared.ts';
import type { Resource } from './declared-resource.ts';
import { declaredResources } from './declared-resources.ts';
import { at, given, has, isTrue, listIn, type PlanText, textOf, unknownNode } from './plan-text.ts';

/** How to make the JSON that is read. */
export const PULUMI_HINT =
  'Make it with: pulumi preview --json --show-sames > preview.json, or of what is deployed: pulumi stack export > state.json';

/** Stands for a value that only an update will give. https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/rpc.go */
const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';
/** The member that marks a value of a special kind, and its value for secrets. */
const SIGNATURE = '4dabf18193072939515e22adb298388d';

/** Versions of a deployment that are read. https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/core.go */
const VERSIONS: readonly (string | undefined)[] = ['3', '4'];

/**
 * What `pulumi preview --json` says that an update would make.
 *
 * @throws KitError `input` for a preview that failed
 */
export function readPulumiPreview(plan: PlanText): Declared {
  const { root, path } = plan;
  const mistakes = listIn(root, 'diagnostics').filter((one) => textOf(given(one, 'severity')) === 'error');
  if (mistakes.length > 0) {
    const problems = mistakes.slice(0, 3).map((one) => {
      const message = textOf(given(one, 'message')) ?? '';
      return {
        field: 'diagnostics',
        rule: printable(
          message
            .replace(/<\{%[^%]*%\}>/g, '')
            .trim()
            .slice(0, 300),
        ),
      };
    });
    throw inputError(`${path} is a preview that failed:`, problems, PULUMI_HINT);
  }
  const config = given(root, 'config');
  const states = new Map<string, { readonly state: JsonNode; readonly isNew: boolean }>();
  for (const step of listIn(root, 'steps')) {
    const state = stateAfter(step);
    const urn = textOf(given(step, 'urn')) ?? '';
    const op = textOf(given(step, 'op')) ?? '';
    if (state !== undefined) states.set(urn, { state, isNew: /create|replace/.test(op) });
  }
  const region = textOf(given(config, 'aws:region'));
  const regions = providerRegions([...states.values()].map(({ state }) => state));
  const before = listIn(root, 'steps').flatMap((step) => given(step, 'oldState') ?? []);
  const resources = [...states].flatMap(([urn, { state, isNew }]) =>
    resourceOf(urn, state, isNew, (provider) => regions.get(provider) ?? region),
  );
  return declaredResources(plan, resources, {
    source: { kind: 'pulumi-preview', path },
    gaps: [...leftOut(plan), ...notRead([...states.keys()])],
    before: before.flatMap((state) => at(state, 'outputs', 'arn') ?? []),
  });
}

/** What a resource will be after a step; nothing when it goes. */
function stateAfter(step: JsonNode): JsonNode | undefined {
  const op = textOf(given(step, 'op')) ?? '';
  const old = given(step, 'oldState');
  // The old one of two, which was replaced by the other.
  if (op === 'delete-replaced' || op.startsWith('discard')) return undefined;
  // With retainOnDelete it only leaves the stack.
  if (op === 'delete') return isTrue(given(old, 'retainOnDelete')) ? old : undefined;
  return given(step, 'newState') ?? old;
}

/** Resources that stay as they are, which a preview leaves out unless it is told not to. */
function leftOut({ root, path }: PlanText): Declared['gaps'] {
  const same = Number(textOf(at(root, 'changeSummary', 'same')) ?? 0);
  const shown = listIn(root, 'steps').filter((step) => textOf(given(step, 'op')) === 'same').length;
  if (same <= shown) return [];
  return [
    {
      what: `${same - shown} resources that ${path} leaves out because they do not change`,
      action: 'iam:GetRole',
      kind: 'unknown',
      said: 'make the preview with --show-sames',
    },
  ];
}

/**
 * What `pulumi stack export` says that is deployed.
 *
 * @throws KitError `input` for another version
 */
export function readPulumiState(plan: PlanText): Declared {
  const { root, path } = plan;
  const version = textOf(given(root, 'version'));
  if (!VERSIONS.includes(version)) {
    const rule = 'is not known here: this version reads 3 and 4';
    throw inputError(
      `${path} cannot be read:`,
      [{ field: 'version', value: printable(version ?? ''), rule }],
      PULUMI_HINT,
    );
  }
  const states = listIn(at(root, 'deployment'), 'resources').filter((state) => !isTrue(given(state, 'delete')));
  const regions = providerRegions(states);
  const urns = states.map((state) => textOf(given(state, 'urn')) ?? '');
  const date = textOf(at(root, 'deployment', 'manifest', 'time'));
  return declaredResources(
    plan,
    states.flatMap((state, index) => resourceOf(urns[index] ?? '', state, false, (provider) => regions.get(provider))),
    {
      source: { kind: 'pulumi-state', path },
      ...(date === undefined ? {} : { date }),
      gaps: [...pending(plan), ...notRead(urns)],
      before: [],
    },
  );
}

/** An update that was stopped leaves open what it did. */
function pending({ root }: PlanText): Declared['gaps'] {
  return listIn(at(root, 'deployment'), 'pending_operations').map((one) => ({
    what: textOf(at(one, 'resource', 'urn')) ?? 'a resource',
    action: 'iam:GetRole',
    kind: 'unknown',
    said: `an update was stopped while it was ${textOf(given(one, 'type')) ?? 'changed'}: run pulumi refresh`,
  }));
}

function providerRegions(states: readonly JsonNode[]): ReadonlyMap<string, string> {
  return new Map(
    states.flatMap((state): readonly (readonly [string, string])[] => {
      const region = textOf(at(state, 'inputs', 'region'));
      if (textOf(given(state, 'type')) !== 'pulumi:providers:aws' || region === undefined) return [];
      return [[textOf(given(state, 'urn')) ?? '', region]];
    }),
  );
}

/** `aws:s3/bucketVersioning:BucketVersioning` is Terraform's `aws_s3_bucket_versioning`; some are of a second version. */
function terraformType(type: string): string | undefined {
  const [, module, name] = /^aws:(iam|s3|kms|s3control)\/(\w+):\w+$/.exec(type) ?? [];
  if (module === undefined || name === undefined) return undefined;
  return `aws_${module}_${snake(name.replace(/V2$/, ''))}`;
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function resourceOf(
  urn: string,
  state: JsonNode,
  isNew: boolean,
  regionOf: (provider: string) => string | undefined,
): readonly Resource[] {
  const type = terraformType(textOf(given(state, 'type')) ?? '');
  if (type === undefined) return [];
  // With its id, which for a new one is its own: the program may configure two of one region.
  const provider = (textOf(given(state, 'provider')) ?? '').replace(/::[^:]*$/, '');
  const region = regionOf(provider);
  // What replaces another has the other's.
  const created = isNew ? undefined : textOf(given(state, 'created'));
  const inputs = given(state, 'inputs');
  return [
    {
      address: urn,
      type,
      isData: isTrue(given(state, 'external')),
      node: attributesOf(state),
      isNew,
      ...(created === undefined ? {} : { created }),
      provider,
      ...(region === undefined ? {} : { region }),
      sets: (name) => has(inputs, camel(name)),
      refers: (name = '') =>
        itemsOf(at(state, 'propertyDependencies', camel(name))).flatMap((one) => textOf(one) ?? []),
    },
  ];
}

function camel(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** The attributes as Terraform calls them: what the program gave, and what AWS answered where it gave nothing. */
function attributesOf(state: JsonNode): JsonNode {
  const inputs = given(state, 'inputs');
  const outputs = given(state, 'outputs');
  const members = new Map<string, Member>();
  for (const node of [outputs, inputs]) {
    for (const member of node?.type === 'object' ? node.members : []) {
      if (member.key.value.startsWith('__')) continue;
      members.set(member.key.value, member);
    }
  }
  const id = state.type === 'object' ? state.members.filter(({ key }) => key.value === 'id') : [];
  const { start, end, parent, step } = state;
  return renamed({ type: 'object', members: [...id, ...members.values()], start, end, parent, step });
}

/** Members whose own members are names that somebody chose. */
const CHOSEN: ReadonlySet<string> = new Set(['tags', 'tags_all']);

function renamed(node: JsonNode): JsonNode {
  if (node.type === 'array') return { ...node, items: node.items.map(renamed) };
  if (node.type === 'string')
    return node.value.includes(UNKNOWN)
      ? unknownNode(node, 'known only after the update', node)
      : node.value === '[secret]'
        ? unknownNode(node, 'a secret, and not read', node)
        : node;
  if (node.type !== 'object') return node;
  if (has(node, SIGNATURE)) return unknownNode(node, 'a secret, and not read', node);
  const members = node.members.map((member): Member => {
    const name = snake(member.key.value);
    const isKept = CHOSEN.has(name) || isDocument(member.value);
    const value = isKept ? onlyUnknowns(member.value) : renamed(member.value);
    return { ...member, key: { ...member.key, value: name }, value };
  });
  return { ...node, members };
}

/** A policy that a program gave as an object keeps its names. */
function isDocument(node: JsonNode): boolean {
  return has(node, 'Statement');
}

/** The node with what is not known in it, its names as they are. */
function onlyUnknowns(node: JsonNode): JsonNode {
  if (node.type === 'array') return { ...node, items: node.items.map(onlyUnknowns) };
  if (node.type !== 'object' || has(node, SIGNATURE)) return renamed(node);
  return { ...node, members: node.members.map((member) => ({ ...member, value: onlyUnknowns(member.value) })) };
}

/** The same things, made by the provider aws-native: that there are some is told. */
function notRead(urns: readonly string[]): Declared['gaps'] {
  return urns
    .filter((urn) => /\baws-native:(iam|s3|kms):\w+::/.test(urn))
    .map((what) => ({
      what,
      action: 'iam:GetRole',
      kind: 'unknown',
      said: 'resources of the provider aws-native are not read',
    }));
}
