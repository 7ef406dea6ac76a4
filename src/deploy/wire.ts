import * as pulumi from '@pulumi/pulumi';
import type { Properties } from './mapping.ts';
import { isRecord } from './shape.ts';

/**
 * Properties without Pulumi's wrappers for secrets and outputs, and without members that have no value.
 * The mapping works on plain values; what is secret is said again by `additionalSecretOutputs` on the way out.
 */
export function plainProperties(properties: unknown): Properties {
  const value = plain(properties);
  if (!isRecord(value)) throw new Error('resource properties are not an object');
  return value;
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isRecord(value)) return value;
  const signature = value[pulumi.runtime.specialSigKey];
  if (signature === pulumi.runtime.specialSecretSig) return plain(value.value);
  if (signature === pulumi.runtime.specialOutputValueSig) {
    return value.value === undefined ? pulumi.runtime.unknownValue : plain(value.value);
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined && member !== null)
      .map(([key, member]) => [key, plain(member)]),
  );
}
