import type { AwsResponse } from '../../contract.ts';
import { authorizeOperation } from '../access.ts';
import { type ObjectCall, xmlTime } from '../call.ts';
import { type CopySource, readCopySource, readSource } from '../copy-source.ts';
import { encryptionHeaders, requestedEncryption } from '../encryption.ts';
import { invalidArgument, invalidRequest } from '../errors.ts';
import { newVersionHeader } from '../find-object.ts';
import { writeNeeds } from '../needs.ts';
import { checksumOfObject, elementOf, payloadChecksum, readAlgorithm } from '../object-checksums.ts';
import { requestedLock } from '../object-lock.ts';
import { checkWriteConditions } from '../preconditions.ts';
import { checkAclHeaders, checkKey, readSettings } from '../settings.ts';
import { readPayload } from '../store/payload.ts';
import type { ObjectContent, ObjectSettings } from '../store/types.ts';
import type { StoredObject } from '../store/versions.ts';
import { readTagHeader } from '../tags.ts';
import { xmlAnswer } from '../xml-answer.ts';
import { etagOf, storeObject } from './object-write.ts';

function readDirective(call: ObjectCall, name: string, label: string): 'COPY' | 'REPLACE' {
  const directive = call.request.headers[name] ?? 'COPY';
  if (directive === 'COPY' || directive === 'REPLACE') return directive;
  throw invalidArgument(`Unknown ${label} directive.`, name, directive);
}

/** Throws where the copy would leave the object as it is. */
function refuseNoChange(call: ObjectCall, source: CopySource, directive: 'COPY' | 'REPLACE'): void {
  const { headers } = call.request;
  const onItself = source.bucket === call.bucket && source.key === call.key && source.versionId === undefined;
  const changes =
    directive === 'REPLACE' ||
    headers['x-amz-storage-class'] !== undefined ||
    headers['x-amz-server-side-encryption'] !== undefined ||
    headers['x-amz-website-redirect-location'] !== undefined;
  if (onItself && !changes) {
    throw invalidRequest(
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
}

function settingsOf(call: ObjectCall, source: StoredObject, directive: 'COPY' | 'REPLACE'): ObjectSettings {
  const settings = readSettings(call);
  if (directive === 'REPLACE') return settings;
  // The storage class and encryption are never the source's.
  const { headers, metadata } = source.content.settings;
  return { ...settings, headers, metadata };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
export function copyObject(call: ObjectCall): AwsResponse {
  const { request, bucket, key } = call;
  checkKey(key);
  const source = readCopySource(call);
  const metadataDirective = readDirective(call, 'x-amz-metadata-directive', 'metadata');
  const tagDirective = readDirective(call, 'x-amz-tagging-directive', 'tagging');
  const newTags = tagDirective === 'REPLACE' ? readTagHeader(request.headers['x-amz-tagging']) : undefined;

  const object = readSource(call, source, newTags === undefined);
  const tags = newTags ?? object.content.tags;
  const needs = {
    ...writeNeeds(call),
    setsTags: tags.length > 0,
    copySource: {
      bucket: source.bucket.name,
      key: source.key,
      ...(source.versionId === undefined ? {} : { versionId: source.versionId }),
    },
  };
  // What the table says of the source has been decided in the source's bucket.
  authorizeOperation(
    call,
    bucket,
    { operation: 'CopyObject', key, needs },
    { requestTags: newTags, usesBucketKey: requestedEncryption(call).bucketKey },
    (permission) => /^(?:s3:Put|kms:GenerateDataKey$)/.test(permission.action),
  );
  checkAclHeaders(call);
  const lock = requestedLock(call);
  refuseNoChange(call, source, metadataDirective);
  checkWriteConditions(request.headers, bucket, key);

  const settings = settingsOf(call, object, metadataDirective);
  const algorithm = readAlgorithm(request.headers['x-amz-checksum-algorithm']) ?? object.content.checksum?.algorithm;
  const { payload, size } = object.content;
  const content: ObjectContent = {
    size,
    etag: etagOf(readPayload(payload), settings.encryption),
    payload,
    settings,
    checksum:
      algorithm === undefined
        ? undefined
        : { algorithm, type: 'FULL_OBJECT', value: payloadChecksum(algorithm, payload) },
    multipart: undefined,
    tags,
  };
  const version = storeObject(call, key, content, lock);
  const checksum = checksumOfObject(content);
  return xmlAnswer(
    'CopyObjectResult',
    {
      LastModified: xmlTime(version.modified),
      ETag: `"${content.etag}"`,
      [elementOf(checksum.algorithm)]: checksum.value,
      ChecksumType: checksum.type,
    },
    {
      ...encryptionHeaders(settings.encryption),
      ...newVersionHeader(bucket, version),
      ...(source.bucket.versioning === undefined ? {} : { 'x-amz-copy-source-version-id': object.id }),
    },
  );
}
