import type { JsonNode } from '../../documents/json-node.ts';
import type { AclGrant, AuditBucket } from '../../model/audit-documents.ts';
import { unknownFact } from './declared.ts';
import { BUCKET_OWNER } from './declared-buckets.ts';
import { block, factOf } from './declared-facts.ts';
import { unknownText } from './declared-policy.ts';
import { given, isUnknown, textOf } from './plan-text.ts';

const ALL_USERS = 'http://acs.amazonaws.com/groups/global/AllUsers';
const AUTHENTICATED = 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers';
const LOG_DELIVERY = 'http://acs.amazonaws.com/groups/s3/LogDelivery';

/** What the ACLs that S3 has names for give beside the owner. https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl */
const CANNED: Readonly<Record<string, readonly AclGrant[]>> = {
  private: [],
  'public-read': [{ grantee: ALL_USERS, permission: 'READ' }],
  'public-read-write': [
    { grantee: ALL_USERS, permission: 'READ' },
    { grantee: ALL_USERS, permission: 'WRITE' },
  ],
  'authenticated-read': [{ grantee: AUTHENTICATED, permission: 'READ' }],
  'log-delivery-write': [
    { grantee: LOG_DELIVERY, permission: 'WRITE' },
    { grantee: LOG_DELIVERY, permission: 'READ_ACP' },
  ],
  'bucket-owner-read': [],
  'bucket-owner-full-control': [],
  'aws-exec-read': [{ grantee: 'aws-ec2', permission: 'READ' }],
};

const OWNERS: AclGrant = { grantee: BUCKET_OWNER, permission: 'FULL_CONTROL' };

/** The access control list that a name stands for. */
export function cannedPiece(node: JsonNode, what: string): AuditBucket['acl'] {
  if (isUnknown(node)) return unknownFact(what, 's3:GetBucketAcl', unknownText(node));
  const grants = CANNED[textOf(node) ?? ''];
  if (grants === undefined) return unknownFact(what, 's3:GetBucketAcl', `S3 knows no ACL ${textOf(node)}`);
  return { state: 'read', value: { owner: BUCKET_OWNER, grants: [OWNERS, ...grants] } };
}

/** What `aws_s3_bucket_acl` says: a name, or grants one by one. */
export function aclOf(node: JsonNode, what: string): AuditBucket['acl'] {
  const canned = given(node, 'acl');
  if (canned !== undefined && textOf(canned) !== '' && !isUnknown(canned)) return cannedPiece(canned, what);
  const written = block(node, 'access_control_policy');
  if (written === undefined) return cannedPiece(canned ?? node, what);
  return factOf(what, 's3:GetBucketAcl', ({ text, list }) => ({
    owner: text(block(written, 'owner'), 'id') ?? BUCKET_OWNER,
    grants: list(written, 'grant', 'grants').flatMap((grant): readonly AclGrant[] => {
      const grantee = block(grant, 'grantee');
      const name = [text(grantee, 'uri'), text(grantee, 'id'), text(grantee, 'email_address')].find(
        (one) => one !== undefined && one !== '',
      );
      const permission = permissionOf(text(grant, 'permission'));
      return name === undefined || permission === undefined ? [] : [{ grantee: name, permission }];
    }),
  }));
}

function permissionOf(text: string | undefined): AclGrant['permission'] | undefined {
  return (['FULL_CONTROL', 'READ', 'WRITE', 'READ_ACP', 'WRITE_ACP'] as const).find((one) => one === text);
}
