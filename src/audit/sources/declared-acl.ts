import type { JsonNode } from '../../documents/json-node.ts';
import { CANNED_ACLS } from '../../model/acl.ts';
import type { AclGrant, AuditBucket } from '../../model/audit-documents.ts';
import { ACL_PERMISSIONS } from '../../model/audit-documents.ts';
import { unknownFact } from './declared.ts';
import { BUCKET_OWNER } from './declared-buckets.ts';
import { block, factOf } from './declared-facts.ts';
import { unknownText } from './declared-policy.ts';
import { given, isUnknown, textOf } from './plan-text.ts';

const OWNERS: AclGrant = { grantee: BUCKET_OWNER, permission: 'FULL_CONTROL' };

/** The access control list that a name stands for. */
export function cannedPiece(node: JsonNode, what: string): AuditBucket['acl'] {
  if (isUnknown(node)) return unknownFact(what, 's3:GetBucketAcl', unknownText(node));
  const grants = CANNED_ACLS.get(textOf(node) ?? '');
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
  return ACL_PERMISSIONS.find((one) => one === text);
}
