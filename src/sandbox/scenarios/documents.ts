import { identityPolicy, trustPolicy as standardTrust } from '../../generate/policy-documents.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../../model/constants.ts';
import type { AccessLevel } from '../../model/grant.ts';
import type { ConditionMap, PolicyDocument, PolicyStatement } from '../../model/policy.ts';

/** The client of every scenario. */
export const CLIENT_ACCOUNT_ID = '111122223333';

/** The role of the client that most scenarios verify. */
export const ROLE_ARN = `arn:aws:iam::${CLIENT_ACCOUNT_ID}:role/channelmix_s3_access`;

/** A document of these statements. */
export function policy(...statements: readonly PolicyStatement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: statements };
}

/** The trust policy that a role for ChannelMix has, with a condition that somebody has added. */
export function trustPolicy(condition?: ConditionMap): PolicyDocument {
  if (condition === undefined) return standardTrust('aws');
  return policy({
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${CHANNELMIX_ACCOUNT_ID}:root` },
    Action: 'sts:AssumeRole',
    Condition: condition,
  });
}

/** The identity policy that the kit prints for a bucket. */
export function grantPolicy(
  bucket: string,
  more: {
    readonly access?: Exclude<AccessLevel, 'full'>;
    readonly prefixes?: readonly string[];
    readonly kmsKeyArn?: string;
  } = {},
): PolicyDocument {
  const { access = 'minimal', prefixes = [], kmsKeyArn } = more;
  const document = identityPolicy({
    access,
    partition: 'aws',
    buckets: [{ name: bucket, create: false, prefixes, ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }) }],
  });
  if (document === undefined) throw new TypeError(`no policy for the access level ${access}`);
  return document;
}
