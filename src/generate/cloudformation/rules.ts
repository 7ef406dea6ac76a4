import { type Partition, parseArn } from '../../model/arn.ts';
import type { Grant } from '../../model/grant.ts';
import type { Blueprint } from '../blueprint.ts';
import { REGIONS } from './regions.ts';
import { REGION, type TemplateObject, textOf } from './values.ts';

/**
 * What CloudFormation checks before it makes anything. Of what a template is not told by its parameters only the region is known to work in a
 * rule. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
 */
export function rulesOf({ auth, partition }: Grant, { buckets }: Blueprint): TemplateObject {
  const region = bucketRegion(buckets);
  return {
    Partition: rule(
      inPartition(partition),
      auth === 'role'
        ? `ChannelMix can assume roles of the partition ${partition} only: elsewhere it needs an access key`
        : `The template was made for the partition ${partition}`,
    ),
    ...(region === undefined
      ? {}
      : {
          KeyRegion: rule(
            { 'Fn::Equals': [textOf(REGION), region] },
            `The bucket is encrypted with a key in ${region}, and must be made there`,
          ),
        }),
  };
}

/** The region in which the buckets must be made, where a key demands one. `readGrant` refuses keys of several regions. */
export function bucketRegion(buckets: Blueprint['buckets']): string | undefined {
  return buckets.map(({ kmsKeyArn = '' }) => parseArn(kmsKeyArn)?.region).find((region) => region !== undefined);
}

/** The partition of most regions has new ones every year: it is where the others are not. */
function inPartition(partition: Partition): TemplateObject {
  if (partition !== 'aws') return { 'Fn::Contains': [REGIONS[partition], textOf(REGION)] };
  const { aws: _, ...others } = REGIONS;
  return { 'Fn::Not': [{ 'Fn::Contains': [Object.values(others).flat(), textOf(REGION)] }] };
}

function rule(assert: TemplateObject, description: string): TemplateObject {
  return { Assertions: [{ Assert: assert, AssertDescription: description }] };
}
