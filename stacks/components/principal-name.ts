import { randomBytes } from 'node:crypto';
import * as pulumi from '@pulumi/pulumi';
import { UNIQUE_NAME_BYTES, uniqueName } from '../../src/generate/unique-name.ts';
import type { Grant } from '../../src/model/grant.ts';

/** How to declare the role or user of a grant. */
export interface PrincipalName {
  /** What to add to the logical name of the resource. */
  readonly logicalSuffix: string;
  readonly name: pulumi.Input<string>;
  readonly options: pulumi.CustomResourceOptions;
}

/**
 * The name of the role or user. With `uniqueName` it ends in 80 random bits: ChannelMix supports no external ID, so the ARN is what
 * an attacker would have to know, and neither IAM's `namePrefix` (a counter and the time) nor Pulumi's auto-naming (28 bits) hides it.
 *
 * The suffix is drawn at every run, and `ignoreChanges` makes the engine keep the one that the resource was created with, so the name is
 * stable without a provider of random numbers. The asked-for name is part of the logical name, because a change of it must not be ignored.
 */
export function principalName(grant: Pick<Grant, 'roleName' | 'uniqueName'>): PrincipalName {
  if (!grant.uniqueName) return { logicalSuffix: '', name: grant.roleName, options: {} };
  return {
    logicalSuffix: `-${grant.roleName}`,
    // A preview draws another suffix than the update after it: it shows the name as not yet known.
    name: pulumi.runtime.isDryRun() ? unknownYet() : uniqueName(grant.roleName, randomBytes(UNIQUE_NAME_BYTES)),
    options: { ignoreChanges: ['name'] },
  };
}

/** An output without a value, as the engine gives it for what an update will make. */
function unknownYet(): pulumi.Output<string> {
  return pulumi.output(pulumi.unknown as unknown as string);
}
