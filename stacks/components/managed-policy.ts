import type * as iam from '@pulumi/aws/iam/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { PolicyBlueprint } from '../../src/generate/blueprint.ts';
import type { Grant } from '../../src/model/grant.ts';

/** How a managed policy of a role or user is declared: named after it, beside it in IAM's tree, with its tags. */
export function managedPolicyArgs(
  { rolePath, tags }: Pick<Grant, 'rolePath' | 'tags'>,
  principal: pulumi.Output<string>,
  { name, document }: PolicyBlueprint,
): iam.PolicyArgs {
  return { name: pulumi.interpolate`${principal}${name}`, path: rolePath, policy: JSON.stringify(document), tags };
}
