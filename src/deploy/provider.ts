import type * as pulumi from '@pulumi/pulumi';
import { createResource, mappingOf } from './create.ts';
import { failed } from './failed.ts';
import { callFunction } from './functions.ts';
import type { AnyMapping, Clients, Properties } from './mapping.ts';
import { RESOURCES } from './resources/index.ts';
import { misfits } from './shape.ts';
import { plainProperties } from './wire.ts';

/**
 * The resource mapping as a provider of the Pulumi engine. For tests only: it knows what the programs declare, and refuses the rest by
 * name. Secrets come out plain here; the engine encrypts what `additionalSecretOutputs` names.
 */
export function mappingProvider(clients: Clients, version: string): pulumi.provider.Provider {
  return {
    version,
    check: async (urn, _olds, news) => ({ inputs: news, failures: checkFailures(urn, plainProperties(news)) }),
    diff: async (_id, urn, olds, news) => {
      const mapping = mappingOf(typeOf(urn));
      const changed = changedInputs(mapping, plainProperties(olds), plainProperties(news));
      return { changes: changed.length > 0, replaces: changed.filter((input) => mapping.replaceOn.includes(input)) };
    },
    create: async (urn, inputs) => {
      const { id, state } = await createResource(clients, typeOf(urn), nameOf(urn), plainProperties(inputs), (undo) =>
        undo(clients),
      );
      return { id, outs: state };
    },
    update: async (id, urn, olds, news) => {
      const { update } = mappingOf(typeOf(urn));
      if (update === undefined) throw new Error(`${urn}: the resource mapping has no update`);
      try {
        return { outs: await update(clients, id, plainProperties(olds), plainProperties(news)) };
      } catch (error) {
        throw failed(`could not update ${typeOf(urn)} "${nameOf(urn)}"`, error);
      }
    },
    delete: async (id, urn, properties) => {
      try {
        await mappingOf(typeOf(urn)).remove(clients, id, plainProperties(properties));
      } catch (error) {
        throw failed(`could not delete ${typeOf(urn)} "${nameOf(urn)}"`, error);
      }
    },
    // Without this, the SDK's server would hand back the state as if it had been read.
    read: async (_id, urn) => {
      throw new Error(`${urn}: the resource mapping cannot refresh or import`);
    },
    invoke: async (token, args) => ({ outputs: await callFunction(clients, token, args) }),
  };
}

function checkFailures(urn: string, inputs: Properties): pulumi.provider.CheckFailure[] {
  const type = typeOf(urn);
  const mapping = RESOURCES.find((candidate) => candidate.type === type);
  if (mapping === undefined) return [{ property: '', reason: `unknown resource type ${type}` }];
  return misfits(mapping.inputs, inputs, '').map(({ field, rule }) => ({
    property: field,
    reason: `${type}: ${field} ${rule}`,
  }));
}

/** The inputs whose new value differs from the state. */
function changedInputs({ inputs }: AnyMapping, state: Properties, news: Properties): readonly string[] {
  const names = inputs.kind === 'object' ? Object.keys(inputs.fields) : [];
  return names.filter((name) => canonical(state[name]) !== canonical(news[name]));
}

/** JSON with the members of objects in one order; no value and an empty map are the same to AWS. */
function canonical(value: unknown): string {
  const text = JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
  return text === '{}' ? '' : (text ?? '');
}

/** `urn:pulumi:stack::project::parent$type::name`. https://www.pulumi.com/docs/iac/concepts/resources/names/#urns */
function typeOf(urn: string): string {
  return urn.split('::')[2]?.split('$').at(-1) ?? '';
}

function nameOf(urn: string): string {
  return urn.split('::').slice(3).join('::');
}
