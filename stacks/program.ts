import * as pulumi from '@pulumi/pulumi';
import { blueprint } from '../src/generate/blueprint.ts';
import { connectionFields } from '../src/generate/connection.ts';
import { fullAccessDocument, keyPolicyStatement, trustPolicy } from '../src/generate/policy-documents.ts';
import type { Grant } from '../src/model/grant.ts';
import type { PolicyDocument, PolicyStatement } from '../src/model/policy.ts';
import { DataBucket } from './components/data-bucket.ts';
import { S3Access } from './components/s3-access.ts';
import { S3KeyAccess } from './components/s3-key-access.ts';
import { readConfig } from './config.ts';
import { askProvider, checkPlace, type ProviderPlace } from './place.ts';

/** The outputs of the stack, by name. */
export type StackOutputs = Readonly<Record<string, pulumi.Input<unknown>>>;

/**
 * Declares what the config of the stack asks for: the way in, its permissions, and the buckets that shall be made.
 *
 * @throws KitError `input` before anything is declared when the config is wrong, `credentials` when the provider's account is not known
 */
export function channelMixAccess(): Promise<StackOutputs> {
  const config = pulumi.runtime.allConfig();
  const project = pulumi.getProject();
  return declareGrant((place) => readConfig(config, project, place?.partition));
}

/**
 * Declares a grant.
 *
 * @param read gives the grant: at first without the provider's place, so that a wrong one is told before AWS is asked, then once more with it
 * @throws KitError as `channelMixAccess` does
 */
export async function declareGrant(read: (place?: ProviderPlace) => Grant): Promise<StackOutputs> {
  blueprint(read());
  const place = await askProvider();
  const grant = read(place);
  const { kmsKeyArns } = blueprint(grant);
  checkPlace(grant, place);
  const bucketNames = declareBuckets(grant);
  const access = grant.auth === 'role' ? declareRole(grant) : declareKey(grant);
  const principalArn = pulumi.output(access.roleArn ?? access.userArn) as pulumi.Output<string>;
  return {
    accountId: place.accountId,
    bucketNames,
    policyJson: JSON.stringify(permissions(grant)),
    ...(kmsKeyArns.length > 0 && {
      keyPolicyStatementJson: principalArn.apply((arn) => JSON.stringify(keyPolicyStatement(arn))),
    }),
    ...access,
  };
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

/**
 * All that ChannelMix may do, as one document, which may be larger than IAM would store; for full access what the AWS managed policy has,
 * and the use of the keys.
 */
function permissions(grant: Grant): PolicyDocument {
  const { policies } = blueprint(grant);
  const own = policies.flatMap(({ document }, index) => [document.Statement].flat().map(renamed(index)));
  if (grant.access !== 'full') return { Version: '2012-10-17', Statement: own };
  const full = fullAccessDocument();
  return { ...full, Statement: [...[full.Statement].flat(), ...own] };
}

/** No two statements of a document may have the same Sid; those of several documents do. */
function renamed(index: number): (statement: PolicyStatement) => PolicyStatement {
  return (statement) =>
    index === 0 || statement.Sid === undefined
      ? statement
      : { ...statement, Sid: `${statement.Sid}Policy${index + 1}` };
}
