import { ACL_GROUPS, CANNED_ACLS } from '../../../model/acl.ts';
import { ACL_PERMISSIONS, type AclGrant } from '../../../model/audit-documents.ts';
import type { AwsResponse } from '../../contract.ts';
import { xmlChild, xmlChildren, xmlText } from '../../xml.ts';
import type { BucketCall } from '../call.ts';
import {
  accessDenied,
  aclNotSupported,
  invalidArgument,
  invalidRequest,
  malformedXml,
  notImplemented,
} from '../errors.ts';
import { canonicalId } from '../owner.ts';
import { publicAccessOf } from '../public-access.ts';
import { emptyAnswer, readDocument, xmlAnswer } from '../xml-answer.ts';
import { aclElement } from './acl.ts';

const GROUPS: ReadonlySet<string> = new Set(Object.values(ACL_GROUPS));
/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAcl.html */
export function getBucketAcl({ bucket }: BucketCall): AwsResponse {
  return xmlAnswer('AccessControlPolicy', aclElement(bucket.account, bucket.acl ?? [ownersGrant(bucket.account)]));
}

/**
 * Known differences: the ACL is kept and given back, and allows nothing to anyone; grants by headers or to an e-mail address are 501.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAcl.html
 */
export async function putBucketAcl(call: BucketCall): Promise<AwsResponse> {
  const { bucket, request, store } = call;
  const canned = request.headers['x-amz-acl'];
  const grants = canned === undefined ? await readGrants(call) : cannedGrants(call, canned);
  const toOthers = grants.filter(({ grantee }) => grantee !== canonicalId(bucket.account));
  const takesCanned = canned === undefined || canned === 'bucket-owner-full-control';
  if (bucket.ownership === 'BucketOwnerEnforced' && (toOthers.length > 0 || !takesCanned)) throw aclNotSupported();
  const isPublic = toOthers.some(({ grantee }) => grantee === ACL_GROUPS.everybody || grantee === ACL_GROUPS.signedIn);
  if (isPublic && publicAccessOf(store, bucket).blockPublicAcls) throw accessDenied();
  bucket.acl = grants;
  return emptyAnswer(200);
}

/** Whether somebody else has a grant: then ACLs cannot be turned off. */
export function grantsOthers({ acl, account }: BucketCall['bucket']): boolean {
  return acl?.some(({ grantee }) => grantee !== canonicalId(account)) === true;
}

function ownersGrant(account: string): AclGrant {
  return { grantee: canonicalId(account), permission: 'FULL_CONTROL' };
}

function cannedGrants({ bucket, request }: BucketCall, canned: string): readonly AclGrant[] {
  if (Object.keys(request.headers).some((name) => name.startsWith('x-amz-grant-'))) {
    throw invalidRequest('Specifying both Canned ACLs and Header Grants is not allowed');
  }
  if (canned === 'aws-exec-read') throw notImplemented(`the canned ACL ${canned}`);
  const others = CANNED_ACLS.get(canned);
  if (others === undefined) throw invalidArgument('Invalid canned ACL', 'x-amz-acl', canned);
  return [ownersGrant(bucket.account), ...others];
}

async function readGrants({ bucket, request }: BucketCall): Promise<readonly AclGrant[]> {
  if (Object.keys(request.headers).some((name) => name.startsWith('x-amz-grant-'))) {
    if (bucket.ownership === 'BucketOwnerEnforced') throw aclNotSupported();
    throw notImplemented('ACL grants by headers (x-amz-grant-*)');
  }
  const list = xmlChild(readDocument(await request.body(), 'AccessControlPolicy'), 'AccessControlList');
  if (list === undefined) throw malformedXml();
  return xmlChildren(list, 'Grant').map((grant) => {
    const who = xmlChild(grant, 'Grantee');
    const permission = ACL_PERMISSIONS.find((one) => one === xmlText(grant, 'Permission'));
    if (who === undefined || permission === undefined) throw malformedXml();
    if (xmlChild(who, 'EmailAddress') !== undefined) throw notImplemented('ACL grants to an e-mail address');
    const uri = xmlText(who, 'URI');
    const grantee = uri ?? xmlText(who, 'ID');
    if (grantee === undefined) throw malformedXml();
    if (uri !== undefined && !GROUPS.has(uri)) {
      throw invalidArgument('Invalid group uri', 'uri', uri);
    }
    if (uri === undefined && !/^[0-9a-f]{64}$/.test(grantee))
      throw invalidArgument('Invalid id', 'CanonicalUser/ID', grantee);
    return { grantee, permission };
  });
}
