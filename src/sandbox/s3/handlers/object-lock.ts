import type { AwsResponse } from '../../contract.ts';
import { xmlChild, xmlText } from '../../xml.ts';
import type { BucketCall, ObjectCall } from '../call.ts';
import { malformedXml, s3Error } from '../errors.ts';
import { findObject, versionHeader } from '../find-object.ts';
import {
  checkNewRetention,
  lockOf,
  missingLock,
  readDefaultRetention,
  readRetentionDocument,
  retentionTime,
} from '../object-lock.ts';
import type { BucketLock, ObjectContent, ObjectLock } from '../store/types.ts';
import { emptyAnswer, readDocument, xmlAnswer } from '../xml-answer.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLockConfiguration.html */
export function getObjectLock(call: BucketCall): AwsResponse {
  const { lock, name } = call.bucket;
  if (lock === undefined) {
    throw s3Error(
      'ObjectLockConfigurationNotFoundError',
      404,
      'Object Lock configuration does not exist for this bucket',
      { BucketName: name },
    );
  }
  const { rule } = lock;
  return xmlAnswer('ObjectLockConfiguration', {
    ObjectLockEnabled: 'Enabled',
    ...(rule === undefined ? {} : { Rule: { DefaultRetention: { Mode: rule.mode, [rule.unit]: rule.period } } }),
  });
}

/**
 * Turns Object Lock on, for good, and sets the default retention, or none.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLockConfiguration.html
 */
export async function putObjectLock(call: BucketCall): Promise<AwsResponse> {
  const document = readDocument(await call.request.body(), 'ObjectLockConfiguration');
  if (xmlText(document, 'ObjectLockEnabled') !== 'Enabled') throw malformedXml();
  const { bucket } = call;
  if (bucket.versioning !== 'Enabled') {
    throw s3Error(
      'InvalidBucketState',
      409,
      "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
    );
  }
  const rule = xmlChild(document, 'Rule');
  const retention = rule === undefined ? undefined : xmlChild(rule, 'DefaultRetention');
  if (rule !== undefined && retention === undefined) throw malformedXml();
  bucket.lock = {
    objects: bucket.lock?.objects ?? new WeakMap(),
    rule: retention === undefined ? undefined : readDefaultRetention(retention),
  };
  return emptyAnswer(200);
}

function lockOfBucket(call: ObjectCall): BucketLock {
  const { lock } = call.bucket;
  if (lock === undefined) throw missingLock();
  return lock;
}

function noLock(): Error {
  return s3Error('NoSuchObjectLockConfiguration', 404, 'The specified object does not have a ObjectLock configuration');
}

function change(lock: BucketLock, content: ObjectContent, given: ObjectLock): void {
  const { retention, hold } = given;
  lock.objects.set(content, {
    ...(retention === undefined ? {} : { retention }),
    ...(hold === undefined ? {} : { hold }),
  });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectRetention.html */
export function getRetention(call: ObjectCall): AwsResponse {
  lockOfBucket(call);
  const retention = lockOf(call.bucket, findObject(call).content)?.retention;
  if (retention === undefined) throw noLock();
  return xmlAnswer('Retention', { Mode: retention.mode, RetainUntilDate: retentionTime(retention.until) });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectRetention.html */
export async function putRetention(call: ObjectCall): Promise<AwsResponse> {
  const lock = lockOfBucket(call);
  const version = findObject(call);
  const document = readDocument(await call.request.body(), 'Retention');
  const after = readRetentionDocument(document, call.context.now());
  const before = lock.objects.get(version.content);
  checkNewRetention(call, before?.retention, after);
  const { retention: _replaced, ...kept } = before ?? {};
  change(lock, version.content, after === undefined ? kept : { ...kept, retention: after });
  return emptyAnswer(200, versionHeader(call.bucket, version));
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLegalHold.html */
export function getLegalHold(call: ObjectCall): AwsResponse {
  lockOfBucket(call);
  const hold = lockOf(call.bucket, findObject(call).content)?.hold;
  if (hold === undefined) throw noLock();
  return xmlAnswer('LegalHold', { Status: hold });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLegalHold.html */
export async function putLegalHold(call: ObjectCall): Promise<AwsResponse> {
  const lock = lockOfBucket(call);
  const version = findObject(call);
  const status = xmlText(readDocument(await call.request.body(), 'LegalHold'), 'Status');
  if (status !== 'ON' && status !== 'OFF') throw malformedXml();
  change(lock, version.content, { ...lock.objects.get(version.content), hold: status });
  return emptyAnswer(200, versionHeader(call.bucket, version));
}
