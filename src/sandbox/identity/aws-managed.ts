import s3FullAccess from '../../../policies/documents/amazon-s3-full-access.json' with { type: 'json' };
import type { JsonValue } from '../../model/policy.ts';
import type { ManagedPolicy } from './store.ts';

/**
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonS3ReadOnlyAccess.html
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html
 */
const S3_READ_ONLY: JsonValue = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['s3:Get*', 's3:List*', 's3:Describe*', 's3-object-lambda:Get*', 's3-object-lambda:List*'],
      Resource: '*',
    },
  ],
};

const ADMINISTRATOR: JsonValue = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

function managed(
  name: string,
  id: string,
  version: number,
  created: string,
  updated: string,
  document: JsonValue,
): ManagedPolicy {
  const updatedAt = new Date(updated);
  return {
    id,
    name,
    path: '/',
    arn: `arn:aws:iam::aws:policy/${name}`,
    createdAt: new Date(created),
    updatedAt,
    tags: {},
    versions: [{ id: `v${version}`, document: JSON.stringify(document, undefined, 4), createdAt: updatedAt }],
    defaultVersion: `v${version}`,
    nextVersion: version + 1,
  };
}

/** The policies of AWS that every account of the sandbox has, by ARN. Ids, versions and times as AWS shows them. */
export const awsManagedPolicies: ReadonlyMap<string, ManagedPolicy> = new Map(
  [
    managed(
      'AmazonS3FullAccess',
      'ANPAIFIR6V6BVTRAHWINE',
      2,
      '2015-02-06T18:40:58Z',
      '2021-09-27T20:16:37Z',
      s3FullAccess,
    ),
    managed(
      'AmazonS3ReadOnlyAccess',
      'ANPAIZTJ4DXE7G6AGAE6M',
      3,
      '2015-02-06T18:40:59Z',
      '2023-08-10T21:31:39Z',
      S3_READ_ONLY,
    ),
    managed(
      'AdministratorAccess',
      'ANPAIWMBCKSKIEE64ZLYK',
      1,
      '2015-02-06T18:39:46Z',
      '2015-02-06T18:39:46Z',
      ADMINISTRATOR,
    ),
  ].map((policy) => [policy.arn, policy]),
);
