import * as pulumi from '@pulumi/pulumi';
import { resourceKey } from './teardown.ts';

/** The options of a declared resource that matter to the runner; Pulumi's mocks do not pass them on. */
export interface ResourceOptions {
  readonly retained: boolean;
  readonly secrets: readonly string[];
  readonly deletedWith?: string;
  /** The program declares two resources of this type and name; the engine refuses that, too. */
  readonly declaredTwice?: boolean;
}

/** Sees the options of every resource as it is declared. `register` must be called once the stack is there. */
export function trackOptions(): {
  readonly register: () => void;
  readonly of: (type: string, name: string) => ResourceOptions;
} {
  const byKey = new Map<string, ResourceOptions>();
  const retainedResources = new WeakMap<pulumi.Resource, boolean>();
  const keys = new WeakMap<pulumi.Resource, string>();
  const transformation: pulumi.ResourceTransformation = ({ resource, type, name, opts }) => {
    const { additionalSecretOutputs = [] } = opts as pulumi.CustomResourceOptions;
    // Both options pass from a parent to its children (https://www.pulumi.com/docs/iac/concepts/resources/options/).
    const inherited = opts.parent !== undefined && retainedResources.get(opts.parent) === true;
    const said = opts.protect === true || opts.retainOnDelete === true;
    const retained = said || (inherited && opts.protect !== false && opts.retainOnDelete !== false);
    const deletedWith = opts.deletedWith === undefined ? undefined : keys.get(opts.deletedWith);
    retainedResources.set(resource, retained);
    const key = resourceKey(type, name);
    keys.set(resource, key);
    byKey.set(key, {
      retained,
      secrets: additionalSecretOutputs,
      declaredTwice: byKey.has(key),
      ...(deletedWith && { deletedWith }),
    });
    return undefined;
  };
  return {
    register: () => pulumi.runtime.registerStackTransformation(transformation),
    of: (type, name) => byKey.get(resourceKey(type, name)) ?? { retained: false, secrets: [] },
  };
}
