import { getCallerIdentity } from '@pulumi/aws/getCallerIdentity.js';
import { getPartition } from '@pulumi/aws/getPartition.js';
import * as pulumi from '@pulumi/pulumi';
import { connectionFields } from '../src/generate/connection.ts';
import { fullAccessDocument, identityPolicy, trustPolicy } from '../src/generate/policy-documents.ts';
import { PARTITIONS, type Partition } from '../src/model/arn.ts';
import { KitError } from '../src/model/errors.ts';
import type { Grant } from '../src/model/grant.ts';
import type { PolicyDocument } from '../src/model/policy.ts';
import { DataBucket } from './components/data-bucket.ts';
import { S3Access } from './components/s3-access.ts';
import { S3KeyAccess } from './components/s3-key-access.ts';
import { readConfig } from './config.ts';

/** The outputs of the stack, by name. */
export type StackOutputs = Readonly<Record<string, pulumi.Input<unknown>>>;

/**
 * Declares what the config of the stack asks for: the way in, its permissions, and the buckets that shall be made.
 *
 * @throws KitError `input` before anything is declared when the config is wrong, `credentials` when the provider's account is not known
 */
export async function channelMixAccess(): Promise<StackOutputs> {
  const config = pulumi.runtime.allConfig();
  const project = pulumi.getProject();
  // A wrong config is told before AWS is asked; then once more against the partition that the provider works in.
  declarable(readConfig(config, project));
  const { partition, accountId } = await askProvider();
  const grant = declarable(readConfig(config, project, knownPartition(partition)));
  const bucketNames = declareBuckets(grant);
  const access = grant.auth === 'role' ? declareRole(grant) : declareKey(grant);
  return { accountId, bucketNames, policyJson: JSON.stringify(permissions(grant)), ...access };
}

/** Where and as whom the provider works. It is the first call of AWS, so this is where wrong credentials show. */
async function askProvider(): Promise<{ readonly partition: string; readonly accountId: string }> {
  try {
    const [{ partition }, { accountId }] = await Promise.all([getPartition(), getCallerIdentity()]);
    return { partition, accountId };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new KitError('credentials', `The AWS provider cannot say which account it works in: ${reason}`, {
      cause,
      hint: 'Check the credentials and the region that Pulumi uses: aws sts get-caller-identity, pulumi config get aws:region.',
    });
  }
}

function declareBuckets(grant: Grant): readonly pulumi.Input<string>[] {
  return grant.buckets.map((bucket) => {
    if (!bucket.create) return bucket.name;
    const { bucketName } = new DataBucket(bucket.name, {
      bucketName: bucket.name,
      partition: grant.partition,
      ...(bucket.kmsKeyArn !== undefined && { kmsKeyArn: bucket.kmsKeyArn }),
      tags: grant.tags,
      protect: grant.protectBucket,
    });
    return bucketName;
  });
}

function declareRole(grant: Grant): StackOutputs {
  const { roleArn, roleName } = new S3Access('channelmix', { grant });
  return {
    roleArn,
    roleName,
    trustPolicyJson: JSON.stringify(trustPolicy(grant.partition)),
    connection: roleArn.apply((arn) => connectionFields({ auth: 'role', roleArn: arn })),
  };
}

function declareKey(grant: Grant): StackOutputs {
  const { userArn, userName, accessKeyId, secretAccessKey } = new S3KeyAccess('channelmix', { grant });
  return {
    userArn,
    userName,
    accessKeyId,
    secretAccessKey,
    // A secret inside a plain map: whoever looks at the form sees the other fields.
    connection: {
      ...connectionFields({ auth: 'key', accessKeyId: '' }),
      'AWS access key id': accessKeyId,
      'AWS secret access key': secretAccessKey,
    },
  };
}

/** All that ChannelMix may do, as one document; for full access what the AWS managed policy has, and the use of the keys. */
function permissions(grant: Grant): PolicyDocument {
  const own = identityPolicy(grant);
  if (grant.access !== 'full') return own ?? { Version: '2012-10-17', Statement: [] };
  const full = fullAccessDocument();
  return { ...full, Statement: [...[full.Statement].flat(), ...[own?.Statement ?? []].flat()] };
}

/** Finds out now whether the documents can be made, which throws where they would be too large. */
function declarable(grant: Grant): Grant {
  identityPolicy(grant);
  return grant;
}

function knownPartition(name: string): Partition {
  const partition = PARTITIONS.find((known) => known === name);
  if (partition === undefined) {
    throw new KitError('input', `aws:region is in partition "${name}"; this kit knows ${PARTITIONS.join(', ')}`);
  }
  return partition;
}
