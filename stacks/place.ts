import { getCallerIdentity } from '@pulumi/aws/getCallerIdentity.js';
import { getPartition } from '@pulumi/aws/getPartition.js';
import { getRegion } from '@pulumi/aws/getRegion.js';
import { PARTITIONS, type Partition, parseArn } from '../src/model/arn.ts';
import { inputError, KitError, type Problem } from '../src/model/errors.ts';
import type { Grant } from '../src/model/grant.ts';

/** Where and as whom the AWS provider works. */
export interface ProviderPlace {
  readonly partition: Partition;
  readonly region: string;
  readonly accountId: string;
}

/** Where and as whom the provider works. It is the first call of AWS, so this is where wrong credentials show. */
export async function askProvider(): Promise<ProviderPlace> {
  const { partition, region, accountId } = await answers();
  const known = PARTITIONS.find((one) => one === partition);
  if (known === undefined) {
    throw new KitError('input', `aws:region is in partition "${partition}"; this kit knows ${PARTITIONS.join(', ')}`);
  }
  return { partition: known, region, accountId };
}

async function answers(): Promise<Record<keyof ProviderPlace, string>> {
  try {
    const [{ partition }, { region }, { accountId }] = await Promise.all([
      getPartition(),
      getRegion(),
      getCallerIdentity(),
    ]);
    return { partition, region, accountId };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new KitError('credentials', `The AWS provider cannot say which account it works in: ${reason}`, {
      cause,
      hint: 'Check the credentials and the region that Pulumi uses: aws sts get-caller-identity, pulumi config get aws:region.',
    });
  }
}

/**
 * Finds out whether the provider can make what the grant asks for: it is in the grant's partition, and S3 encrypts the buckets that are
 * made with keys of their own region only (https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html).
 *
 * @throws KitError `input` that names each bucket whose key is elsewhere
 */
export function checkPlace({ buckets, partition }: Grant, place: ProviderPlace): void {
  const problems: Problem[] = buckets.flatMap(({ name, create, kmsKeyArn = '' }) => {
    const region = create ? parseArn(kmsKeyArn)?.region : undefined;
    if (region === undefined || region === place.region) return [];
    const rule = `is in region "${region}", but aws:region, where the bucket is made, is "${place.region}"`;
    return [{ field: `kmsKeyArn of bucket ${name}`, value: kmsKeyArn, rule }];
  });
  if (partition !== place.partition) {
    const rule = `must be "${place.partition}", the partition of aws:region "${place.region}"`;
    problems.push({ field: 'partition', value: partition, rule });
  }
  if (problems.length > 0) throw inputError('The grant cannot be given where Pulumi works:', problems);
}
