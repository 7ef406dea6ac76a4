import type { AclGrant } from './audit-documents.ts';

const GROUPS = 'http://acs.amazonaws.com/groups/';

/** Groups that access control lists can name. https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#specifying-grantee-predefined-groups */
export const ACL_GROUPS = {
  /** Everybody on the internet. */
  everybody: `${GROUPS}global/AllUsers`,
  /** Everybody with an AWS account. */
  signedIn: `${GROUPS}global/AuthenticatedUsers`,
  /** S3 itself, when it writes access logs. */
  logDelivery: `${GROUPS}s3/LogDelivery`,
} as const;

/** What the canned ACLs give beside the owner's full control. https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl */
export const CANNED_ACLS: ReadonlyMap<string, readonly AclGrant[]> = new Map<string, readonly AclGrant[]>([
  ['private', []],
  ['bucket-owner-full-control', []],
  ['bucket-owner-read', []],
  ['public-read', [{ grantee: ACL_GROUPS.everybody, permission: 'READ' }]],
  [
    'public-read-write',
    [
      { grantee: ACL_GROUPS.everybody, permission: 'READ' },
      { grantee: ACL_GROUPS.everybody, permission: 'WRITE' },
    ],
  ],
  ['authenticated-read', [{ grantee: ACL_GROUPS.signedIn, permission: 'READ' }]],
  [
    'log-delivery-write',
    [
      { grantee: ACL_GROUPS.logDelivery, permission: 'WRITE' },
      { grantee: ACL_GROUPS.logDelivery, permission: 'READ_ACP' },
    ],
  ],
  ['aws-exec-read', [{ grantee: 'aws-ec2', permission: 'READ' }]],
]);
