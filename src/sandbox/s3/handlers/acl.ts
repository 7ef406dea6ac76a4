import type { AclGrant } from '../../../model/audit-documents.ts';
import type { AwsResponse } from '../../contract.ts';
import { type XmlValue, xmlChild, xmlChildren, xmlText } from '../../xml.ts';
import type { BucketCall, ObjectCall } from '../call.ts';
import { aclNotSupported, malformedXml, notImplemented } from '../errors.ts';
import { findObject, versionHeader } from '../find-object.ts';
import { canonicalId, ownerElement } from '../owner.ts';
import { checkAclHeaders } from '../settings.ts';
import { emptyAnswer, readDocument, xmlAnswer } from '../xml-answer.ts';

/** An ACL as S3 shows it. */
export function aclElement(account: string, grants: readonly AclGrant[]): { [element: string]: XmlValue } {
  return {
    Owner: ownerElement(account),
    AccessControlList: {
      Grant: grants.map(({ grantee, permission }) => {
        const isGroup = grantee.startsWith('http');
        return {
          Grantee: {
            '@_xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
            '@_xsi:type': isGroup ? 'Group' : 'CanonicalUser',
            [isGroup ? 'URI' : 'ID']: grantee,
          },
          Permission: permission,
        };
      }),
    },
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAcl.html */
export function getObjectAcl(call: ObjectCall): AwsResponse {
  const version = findObject(call);
  // Objects have no other: full control for the owner.
  const grants = [{ grantee: canonicalId(version.owner), permission: 'FULL_CONTROL' }] as const;
  return xmlAnswer('AccessControlPolicy', aclElement(version.owner, grants), versionHeader(call.bucket, version));
}

/** Takes an ACL that gives full control to the owner and nothing to anyone else; objects of the sandbox have no other. */
async function checkAcl(call: BucketCall, owner: string): Promise<void> {
  checkAclHeaders(call);
  const bytes = await call.request.body();
  if (bytes.byteLength === 0) {
    if (call.request.headers['x-amz-acl'] === undefined) throw malformedXml();
    return;
  }
  const list = xmlChild(readDocument(bytes, 'AccessControlPolicy'), 'AccessControlList');
  if (list === undefined) throw malformedXml();
  for (const grant of xmlChildren(list, 'Grant')) {
    const grantee = xmlChild(grant, 'Grantee');
    const isOwner = grantee !== undefined && xmlText(grantee, 'ID') === canonicalId(owner);
    if (isOwner && xmlText(grant, 'Permission') === 'FULL_CONTROL') continue;
    if (call.bucket.ownership === 'BucketOwnerEnforced') throw aclNotSupported();
    throw notImplemented('ACL grants to anyone but the owner');
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html */
export async function putObjectAcl(call: ObjectCall): Promise<AwsResponse> {
  const version = findObject(call);
  await checkAcl(call, version.owner);
  return emptyAnswer(200, versionHeader(call.bucket, version));
}
