import type { Grant } from '../../model/grant.ts';
import { blueprint } from '../blueprint.ts';
import { bucketResources } from './buckets.ts';
import { header } from './header.ts';
import { namesOf } from './names.ts';
import type { TemplateOptions } from './options.ts';
import { outputsOf } from './outputs.ts';
import { interfaceOf, parametersOf } from './parameters.ts';
import { IDS, principalResources } from './principal.ts';
import { rulesOf } from './rules.ts';
import type { TemplateObject } from './values.ts';
import { templateYaml } from './yaml.ts';

export { quickCreate } from './quick-create.ts';

/**
 * A grant as a template for CloudFormation, in YAML: for a stack of its own, or for a stack set of an organization.
 *
 * @throws KitError `input` when the policies are more than can be attached, or a bucket's name leaves no space for the account's number
 */
export function cloudFormationTemplate(grant: Grant, options: TemplateOptions = {}): string {
  const plan = blueprint(grant);
  const names = namesOf(grant, options);
  const parameters = parametersOf(grant, names, options);
  const last = plan.principal.kind === 'role' ? IDS.role : IDS.secret;
  const template: TemplateObject = {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Access for ChannelMix to S3: ${grant.auth === 'role' ? 'a role that it may assume' : 'a user with an access key'}, and what it may do (made by channelmix-s3)`,
    Metadata: { 'AWS::CloudFormation::Interface': interfaceOf(parameters) },
    Parameters: Object.fromEntries(parameters.map(({ id, declaration }) => [id, declaration])),
    Rules: rulesOf(grant, plan),
    Resources: {
      ...principalResources(plan, names, options),
      ...Object.assign({}, ...plan.buckets.map((bucket) => bucketResources(bucket, names, last))),
    },
    Outputs: outputsOf(plan),
  };
  return templateYaml(header(grant, options), template);
}
