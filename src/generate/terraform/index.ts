import type { Grant } from '../../model/grant.ts';
import { type Blueprint, blueprint } from '../blueprint.ts';
import { bucketParts } from './buckets.ts';
import { attributes, type BodyPart, block, comment, members, renderHcl } from './hcl.ts';
import { header } from './header.ts';
import { bucketNames } from './names.ts';
import { outputs } from './outputs.ts';
import { accountOf, LABEL, principalParts } from './principal.ts';
import { variables } from './variables.ts';

/**
 * A grant for Terraform and OpenTofu: one file, `channelmix.tf`, that is a configuration of its own or a module of another.
 *
 * @throws KitError `input` when the policies are more than can be attached, or a text is one that Terraform would change
 */
export function terraformConfig(grant: Grant): string {
  const plan = blueprint(grant);
  const names = bucketNames(grant);
  return renderHcl(comment(header(grant, plan)), [
    versions(),
    ...variables(grant, plan, names),
    ...facts(plan),
    ...principalParts(grant, plan, names.textOf),
    ...plan.buckets.flatMap((bucket) => bucketParts(bucket, names)),
    ...outputs(plan),
  ]);
}

/** Preconditions are as old as Terraform 1.2; OpenTofu began with 1.6. */
function versions(): BodyPart {
  return block(
    'terraform',
    [],
    attributes({ required_version: '>= 1.2' }),
    block(
      'required_providers',
      [],
      attributes({ aws: members({ source: 'hashicorp/aws', version: '>= 5.0, < 7.0' }) }),
    ),
  );
}

/** What the preconditions ask. */
function facts({ principal, buckets }: Blueprint): readonly BodyPart[] {
  return [
    block('data', ['aws_partition', LABEL]),
    ...(accountOf(principal.permissionsBoundary) === undefined ? [] : [block('data', ['aws_caller_identity', LABEL])]),
    ...(buckets.every(({ kmsKeyArn }) => kmsKeyArn === undefined) ? [] : [block('data', ['aws_region', LABEL])]),
  ];
}
