import type { AwsResponse } from '../../contract.ts';
import type { ObjectCall } from '../call.ts';
import { findObject, versionHeader } from '../find-object.ts';
import { NO_TAGS, readTagDocument, tagSet } from '../tags.ts';
import { emptyAnswer, xmlAnswer } from '../xml-answer.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html */
export function getObjectTagging(call: ObjectCall): AwsResponse {
  const version = findObject(call);
  return xmlAnswer('Tagging', tagSet(version.content.tags), versionHeader(call.bucket, version));
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html */
export async function putObjectTagging(call: ObjectCall): Promise<AwsResponse> {
  const version = findObject(call);
  version.content.tags = readTagDocument(await call.request.body(), 'object');
  return emptyAnswer(200, versionHeader(call.bucket, version));
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjectTagging.html */
export function deleteObjectTagging(call: ObjectCall): AwsResponse {
  const version = findObject(call);
  version.content.tags = NO_TAGS;
  return emptyAnswer(204, versionHeader(call.bucket, version));
}
