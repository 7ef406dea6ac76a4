import type * as pulumi from '@pulumi/pulumi';

/**
 * The type tokens of the components and the logical names of their children are part of every client's state: who renames one gives
 * the resource an alias of its old name, or `pulumi up` replaces the role that ChannelMix was told about. test/stacks pins them.
 */
export const COMPONENT_TYPES = {
  s3Access: 'channelmix:s3:S3Access',
  s3KeyAccess: 'channelmix:s3:S3KeyAccess',
  dataBucket: 'channelmix:s3:DataBucket',
} as const;

/** Logical name of one of several children: the first has the name that it had when there was only one. */
export function numbered(name: string, index: number): string {
  return index === 0 ? name : `${name}-${index + 1}`;
}

/** A child resource as a component is about to declare it. */
export interface Declaration<Args> {
  readonly args: Args;
  readonly options: pulumi.CustomResourceOptions;
}

/** Changes the arguments or options of one child resource before it is declared: the way out where the component has no option. */
export type Transform<Args> = (declaration: Declaration<Args>) => Declaration<Args>;

/** The arguments and options of a child resource after its transform, in the order in which a constructor takes them. */
export function declare<Args>(
  transform: Transform<Args> | undefined,
  args: Args,
  options: pulumi.CustomResourceOptions,
): [Args, pulumi.CustomResourceOptions] {
  const declaration = transform?.({ args, options }) ?? { args, options };
  return [declaration.args, declaration.options];
}
