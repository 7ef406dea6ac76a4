import { parseArn } from '../../model/arn.ts';
import type { Grant } from '../../model/grant.ts';
import type { Blueprint } from '../blueprint.ts';
import type { TemplateOptions } from './options.ts';
import { ACCOUNT, PARTITION, REGION, type Reference, type TemplateObject, textOf } from './values.ts';

/** What CloudFormation checks before it makes anything. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html */
export function rulesOf(
  { auth, partition }: Grant,
  { principal, buckets }: Blueprint,
  { stackSet = false }: TemplateOptions,
): TemplateObject {
  const account = parseArn(principal.permissionsBoundary ?? '')?.account;
  const region = bucketRegion(buckets);
  return {
    Partition: rule(
      PARTITION,
      partition,
      auth === 'role'
        ? `ChannelMix can assume roles of the partition ${partition} only: elsewhere it needs an access key`
        : `The template was made for the partition ${partition}`,
    ),
    ...(account === undefined || account === '' || stackSet
      ? {}
      : { BoundaryAccount: rule(ACCOUNT, account, `The permissions boundary is a policy of account ${account}`) }),
    ...(region === undefined
      ? {}
      : { KeyRegion: rule(REGION, region, `The bucket is encrypted with a key in ${region}, and must be made there`) }),
  };
}

/** The region in which the buckets must be made, where a key demands one. `readGrant` refuses keys of several regions. */
export function bucketRegion(buckets: Blueprint['buckets']): string | undefined {
  return buckets.map(({ kmsKeyArn = '' }) => parseArn(kmsKeyArn)?.region).find((region) => region !== undefined);
}

function rule(reference: Reference, expected: string, description: string): TemplateObject {
  return {
    Assertions: [{ Assert: { 'Fn::Equals': [textOf(reference), expected] }, AssertDescription: description }],
  };
}
