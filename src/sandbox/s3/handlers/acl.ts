import type { AwsResponse } from '../../contract.ts';
import { type XmlValue, xmlChild, xmlChildren, xmlText } from '../../xml.ts';
import type { BucketCall, ObjectCall } from '../call.ts';
import { aclNotSupported, malformedXml, notImplemented } from '../errors.ts';
import { findObject, versionHeader } from '../find-object.ts';
import { canonicalId, ownerElement } from '../owner.ts';
import { checkAclHeaders } from '../settings.ts';
import { emptyAnswer, readDocument, xmlAnswer } from '../xml-answer.ts';

/** The ACL that everything in the sandbox has: full control for the owner. */
function ownerOnly(account: string): { [element: string]: XmlValue } {
  return {
    Owner: ownerElement(account),
    AccessControlList: {
      Grant: {
        Grantee: {
          '@_xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
          '@_xsi:type': 'CanonicalUser',
          ID: canonicalId(account),
        },
        Permission: 'FULL_CONTROL',
      },
    },
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAcl.html */
export function getBucketAcl(call: BucketCall): AwsResponse {
  return xmlAnswer('AccessControlPolicy', ownerOnly(call.bucket.account));
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAcl.html */
export function getObjectAcl(call: ObjectCall): AwsResponse {
  const version = findObject(call);
  return xmlAnswer('AccessControlPolicy', ownerOnly(version.owner), versionHeader(call.bucket, version));
}

/** Takes an ACL that gives full control to the owner and nothing to anyone else; the sandbox has no other. */
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

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAcl.html */
export async function putBucketAcl(call: BucketCall): Promise<AwsResponse> {
  await checkAcl(call, call.bucket.account);
  return emptyAnswer(200);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html */
export async function putObjectAcl(call: ObjectCall): Promise<AwsResponse> {
  const version = findObject(call);
  await checkAcl(call, version.owner);
  return emptyAnswer(200, versionHeader(call.bucket, version));
}
