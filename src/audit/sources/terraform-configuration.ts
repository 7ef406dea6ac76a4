import { itemsOf, type JsonNode } from '../../documents/json-node.ts';
import type { Resource } from './declared-resource.ts';
import { at, given, has, listIn, textOf } from './plan-text.ts';

/** What the configuration of a plan says of a resource, beside its values. */
type Said = Pick<Resource, 'provider' | 'sets' | 'refers'> & { readonly region: string | undefined };

/** The configuration of a plan: which expressions stand behind what is not known. */
export interface Configuration {
  /** @param node a resource, with `address`, `module_address`, `type`, `name` and `index` */
  readonly of: (node: JsonNode) => Said | undefined;
}

/** A module, by the names of the calls that lead to it, with their indices in brackets. */
interface Module {
  readonly node: JsonNode | undefined;
  /** `module.a[0].module.b`, with a dot behind it; empty for the root. */
  readonly prefix: string;
  readonly call?: { readonly node: JsonNode | undefined; readonly from: Module };
}

/** A resource, a variable or an output of a module that an expression names. */
const RESOURCE = /^(?:data\.)?aws_\w+\.[\w-]+/;
const VARIABLE = /^var\.([\w-]+)/;
const OUTPUT = /^module\.([\w-]+)(\[[^\]]*\])?\.([\w-]+)/;

/** References are followed through so many variables and outputs. */
const MOST_STEPS = 16;

/** The configuration of a plan. https://developer.hashicorp.com/terraform/internals/json-format#configuration-representation */
export function configurationOf(root: JsonNode): Configuration {
  const top: Module = { node: at(root, 'configuration', 'root_module'), prefix: '' };
  const byAddress = new Map<JsonNode, Map<string, JsonNode>>();
  const resourceIn = ({ node }: Module, address: string): JsonNode | undefined => {
    if (node === undefined) return undefined;
    let found = byAddress.get(node);
    if (found === undefined) {
      found = new Map(listIn(node, 'resources').map((one) => [textOf(given(one, 'address')) ?? '', one]));
      byAddress.set(node, found);
    }
    return found.get(address);
  };
  const addresses = addressesOf(root);
  return {
    of: (node) => {
      const module = moduleAt(top, textOf(given(node, 'module_address')) ?? '');
      const isData = textOf(given(node, 'mode')) === 'data';
      const name = `${textOf(given(node, 'type'))}.${textOf(given(node, 'name'))}`;
      const said = resourceIn(module, isData ? `data.${name}` : name);
      if (said === undefined) return undefined;
      const expressions = given(said, 'expressions');
      const index = given(node, 'index');
      const suffix = index === undefined ? '' : `[${JSON.stringify(index.type === 'null' ? null : textOf(index))}]`;
      const number = index?.type === 'number' ? `[${index.value}]` : suffix;
      const provider = textOf(given(said, 'provider_config_key')) ?? '';
      return {
        provider,
        region: regionOf(root, provider),
        sets: (attribute) => has(expressions, attribute),
        refers: (...path) => {
          const references = referencesIn(expressions, path);
          const same = references.some((one) => /^(?:count\.index|each\.(?:key|value))/.test(one)) ? number : undefined;
          return references.flatMap((one) => follow(one, module, MOST_STEPS)).flatMap((one) => addresses(one, same));
        },
      };
    },
  };
}

function moduleAt(top: Module, address: string): Module {
  let module = top;
  for (const [step, name = ''] of address.matchAll(/module\.([\w-]+)(?:\[(?:"(?:[^"\\]|\\.)*"|\d+)\])?/g)) {
    const call: JsonNode | undefined = at(module.node, 'module_calls', name);
    module = { node: given(call, 'module'), prefix: `${module.prefix}${step}.`, call: { node: call, from: module } };
  }
  return module;
}

/** The references in an expression, along a path of blocks; blocks of one kind are not told apart. */
function referencesIn(node: JsonNode | undefined, path: readonly string[]): readonly string[] {
  const [name, ...rest] = path;
  if (name === undefined) return itemsOf(given(node, 'references')).flatMap((one) => textOf(one) ?? []);
  return itemsOf(node).flatMap((one) => referencesIn(given(one, name), rest));
}

/** An address without instance, and whether a single instance was named. */
interface Target {
  /** `module.a[0].aws_iam_role.b`, or with its index. */
  readonly address: string;
}

/** The resources that a reference leads to, through variables of modules and their outputs. */
function follow(reference: string, module: Module, steps: number): readonly Target[] {
  if (steps === 0) return [];
  const resource = RESOURCE.exec(reference)?.[0];
  if (resource !== undefined) {
    const index = /^\[(?:"(?:[^"\\]|\\.)*"|\d+)\]/.exec(reference.slice(resource.length))?.[0] ?? '';
    return [{ address: `${module.prefix}${resource}${index}` }];
  }
  const variable = VARIABLE.exec(reference)?.[1];
  if (variable !== undefined && module.call !== undefined) {
    const { node, from } = module.call;
    return referencesIn(given(node, 'expressions'), [variable]).flatMap((one) => follow(one, from, steps - 1));
  }
  const [, name, index = '', output = ''] = OUTPUT.exec(reference) ?? [];
  if (name === undefined) return [];
  const call = at(module.node, 'module_calls', name);
  const inner: Module = {
    node: given(call, 'module'),
    prefix: `${module.prefix}module.${name}${index}.`,
    call: { node: call, from: module },
  };
  return referencesIn(at(inner.node, 'outputs', output), ['expression']).flatMap((one) =>
    follow(one, inner, steps - 1),
  );
}

/** The instances of a resource that a plan has: all, or the one of the same index where the reference is by index. */
function addressesOf(root: JsonNode): (target: Target, index: string | undefined) => readonly string[] {
  const instances = new Map<string, string[]>();
  for (const change of listIn(root, 'resource_changes')) {
    const address = textOf(given(change, 'address'));
    if (address === undefined) continue;
    for (const name of new Set([address, address.replace(/\[(?:"(?:[^"\\]|\\.)*"|\d+)\]$/, '')])) {
      const list = instances.get(name);
      if (list === undefined) instances.set(name, [address]);
      else list.push(address);
    }
  }
  return ({ address }, index) => {
    const all = instances.get(address) ?? [];
    const same = index === undefined ? undefined : all.find((one) => one === `${address}${index}`);
    return same === undefined ? all : [same];
  };
}

function regionOf(root: JsonNode, provider: string): string | undefined {
  const expression = at(root, 'configuration', 'provider_config', provider, 'expressions', 'region');
  const constant = textOf(given(expression, 'constant_value'));
  if (constant !== undefined) return constant;
  const [only, another] = itemsOf(given(expression, 'references')).flatMap((one) => textOf(one) ?? []);
  const variable = another === undefined ? VARIABLE.exec(only ?? '')?.[1] : undefined;
  return variable === undefined ? undefined : textOf(at(root, 'variables', variable, 'value'));
}
