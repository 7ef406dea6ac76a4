import type { AwsRequest } from '../contract.ts';
import { parseXml, xmlText } from '../xml.ts';
import type { Needs } from './access.ts';
import type { BucketCall } from './call.ts';
import type { ConditionFacts } from './conditions.ts';
import { requestedEncryption } from './encryption.ts';
import { bypassesGovernance } from './object-lock.ts';
import type { Encryption } from './store/types.ts';
import { currentVersion, findVersion } from './store/versions.ts';
import { readTagDocument, readTagHeader } from './tags.ts';
import { namedUpload } from './uploads.ts';

/** Operations that write an object as the request's headers say. */
const WRITES = new Set(['PutObject', 'CopyObject', 'CreateMultipartUpload']);
/** Operations on the parts of an upload, encrypted as the upload was started. */
const PARTS = new Set(['UploadPart', 'UploadPartCopy', 'CompleteMultipartUpload', 'ListParts']);
/** Operations that see the object's tags as `s3:ExistingObjectTag/…`. */
const SEES_TAGS = new Set([
  'GetObject',
  'HeadObject',
  'GetObjectAttributes',
  'GetObjectAcl',
  'PutObjectAcl',
  'GetObjectTagging',
  'PutObjectTagging',
  'DeleteObjectTagging',
]);
/** Operations whose body says how long, or that, a version is kept. */
const LOCKS = new Set(['PutObjectRetention', 'PutObjectLegalHold']);
/** Operations that decrypt the object, HEAD only to show its checksum. */
const READS = new Set(['GetObject', 'HeadObject', 'GetObjectAttributes']);

const ACL_HEADERS = [
  'x-amz-acl',
  'x-amz-grant-full-control',
  'x-amz-grant-read',
  'x-amz-grant-read-acp',
  'x-amz-grant-write-acp',
];

function keyOf(encryption: Encryption | undefined): { kmsKeyArn?: string } {
  return encryption?.keyArn === undefined ? {} : { kmsKeyArn: encryption.keyArn };
}

/** What writing an object with the request's headers needs. */
export function writeNeeds(call: BucketCall): Needs {
  const { headers } = call.request;
  return {
    ...(ACL_HEADERS.some((name) => headers[name] !== undefined) ? { setsAcl: true } : {}),
    ...(headers['x-amz-tagging'] === undefined ? {} : { setsTags: true }),
    ...(headers['x-amz-object-lock-mode'] === undefined ? {} : { setsRetention: true }),
    ...(headers['x-amz-object-lock-legal-hold'] === undefined ? {} : { setsLegalHold: true }),
    ...keyOf(requestedEncryption(call)),
  };
}

/** What a body asks for, as conditions see it; whether it may is the operation's to say. */
async function askedLock(request: AwsRequest): Promise<ConditionFacts['lock']> {
  const document = parseXml(await request.body());
  return {
    mode: xmlText(document, 'Mode'),
    until: xmlText(document, 'RetainUntilDate'),
    hold: document.name === 'LegalHold' ? xmlText(document, 'Status') : undefined,
  };
}

/** What a call needs beyond its address, and the facts for its condition keys: from headers, from the object, from the body of a tagging. */
export async function needsOf(
  call: BucketCall,
  key: string | undefined,
): Promise<{ needs: Needs; facts: ConditionFacts }> {
  const { operation, query, bucket, request } = call;
  if (key === undefined) return { needs: {}, facts: {} };
  if (WRITES.has(operation)) {
    const requestTags = readTagHeader(request.headers['x-amz-tagging']);
    return { needs: writeNeeds(call), facts: { requestTags, usesBucketKey: requestedEncryption(call).bucketKey } };
  }
  if (PARTS.has(operation)) {
    const upload = namedUpload(bucket, key, query.get('uploadId') ?? '');
    const encryption = upload?.settings.encryption;
    return { needs: keyOf(encryption), facts: { usesBucketKey: encryption?.bucketKey } };
  }
  const versionId = query.get('versionId');
  const { headers } = request;
  const needs: Needs = {
    ...(versionId === undefined ? {} : { versionId }),
    ...(headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED' ? { readsChecksum: true } : {}),
    ...(bypassesGovernance(headers) ? { bypassesGovernance: true } : {}),
  };
  if (LOCKS.has(operation)) return { needs, facts: { lock: await askedLock(request) } };
  if (!SEES_TAGS.has(operation)) return { needs, facts: {} };
  const version = versionId === undefined ? currentVersion(bucket, key) : findVersion(bucket, key, versionId);
  const content = version?.content;
  const requestTags = operation === 'PutObjectTagging' ? readTagDocument(await request.body(), 'object') : undefined;
  return {
    needs: READS.has(operation) ? { ...needs, ...keyOf(content?.settings.encryption) } : needs,
    facts: { existingTags: content?.tags, requestTags, usesBucketKey: content?.settings.encryption.bucketKey },
  };
}
