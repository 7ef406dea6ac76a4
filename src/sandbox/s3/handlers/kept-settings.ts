import { randomUUID } from 'node:crypto';
import { parseArn } from '../../../model/arn.ts';
import type { AwsResponse } from '../../contract.ts';
import { type XmlElement, type XmlValue, xmlChild, xmlChildren, xmlText } from '../../xml.ts';
import type { BucketCall } from '../call.ts';
import { invalidArgument, invalidRequest, malformedXml, s3Error } from '../errors.ts';
import { contentOf, emptyAnswer, readDocument, xmlAnswer } from '../xml-answer.ts';

type Content = { readonly [element: string]: XmlValue };

/** Settings that tell of new objects or of requests, or copy objects, elsewhere. Known difference: they are kept and given back, and nothing happens. */
const NOTIFICATION = 'notification';
const REPLICATION = 'replication';
const LOGGING = 'logging';

/** Kinds of targets, and the element that names one. */
const TARGETS: Readonly<Record<string, readonly [string, string]>> = {
  TopicConfiguration: ['Topic', 'sns'],
  QueueConfiguration: ['Queue', 'sqs'],
  CloudFunctionConfiguration: ['CloudFunction', 'lambda'],
};

function checkTarget(element: XmlElement): Content {
  const target = Object.hasOwn(TARGETS, element.name) ? TARGETS[element.name] : undefined;
  if (target === undefined) throw malformedXml();
  const [name, service] = target;
  const arn = xmlText(element, name);
  const events = xmlChildren(element, 'Event');
  if (arn === undefined || events.length === 0) throw malformedXml();
  if (parseArn(arn)?.service !== service) throw invalidArgument('The ARN is not well formed', name, arn);
  const unknown = events.find(({ text }) => !/^s3:[A-Za-z]+:?[A-Za-z*:]*$/.test(text.trim()));
  if (unknown !== undefined)
    throw invalidArgument('The event is not supported for notifications', 'Event', unknown.text);
  const content = contentOf(element) as Content;
  return content.Id === undefined ? { ...content, Id: randomUUID() } : content;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html: an empty one turns it off. */
export async function putNotification(call: BucketCall): Promise<AwsResponse> {
  const document = readDocument(await call.request.body(), 'NotificationConfiguration');
  const kept: Record<string, XmlValue[]> = {};
  let bridge = false;
  for (const element of document.children) {
    if (element.name === 'EventBridgeConfiguration') bridge = true;
    else kept[element.name] = [...(kept[element.name] ?? []), checkTarget(element)];
  }
  if (document.children.length === 0) call.bucket.configurations.delete(NOTIFICATION);
  else call.bucket.configurations.set(NOTIFICATION, { ...kept, ...(bridge ? { EventBridgeConfiguration: {} } : {}) });
  return emptyAnswer(200);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketNotificationConfiguration.html */
export function getNotification(call: BucketCall): AwsResponse {
  return xmlAnswer('NotificationConfiguration', call.bucket.configurations.get(NOTIFICATION) ?? {});
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html. Known difference: iam:PassRole is not asked for. */
export async function putReplication(call: BucketCall): Promise<AwsResponse> {
  const document = readDocument(await call.request.body(), 'ReplicationConfiguration');
  const rules = xmlChildren(document, 'Rule');
  if (xmlText(document, 'Role') === undefined || rules.length === 0 || rules.length > 1000) throw malformedXml();
  for (const rule of rules) {
    const status = xmlText(rule, 'Status');
    const destination = xmlChild(rule, 'Destination');
    const target = destination === undefined ? undefined : xmlText(destination, 'Bucket');
    if ((status !== 'Enabled' && status !== 'Disabled') || target === undefined) throw malformedXml();
    if (!/^arn:aws[a-z-]*:s3:::[a-z0-9.-]+$/.test(target))
      throw invalidArgument('Invalid bucket ARN.', 'Bucket', target);
  }
  if (call.bucket.versioning !== 'Enabled') {
    throw invalidRequest("Versioning must be 'Enabled' on the bucket to apply a replication configuration");
  }
  call.bucket.configurations.set(REPLICATION, contentOf(document) as Content);
  return emptyAnswer(200);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketReplication.html */
export function getReplication(call: BucketCall): AwsResponse {
  const stored = call.bucket.configurations.get(REPLICATION);
  if (stored !== undefined) return xmlAnswer('ReplicationConfiguration', stored);
  throw s3Error('ReplicationConfigurationNotFoundError', 404, 'The replication configuration was not found', {
    BucketName: call.bucket.name,
  });
}

export function deleteReplication(call: BucketCall): AwsResponse {
  call.bucket.configurations.delete(REPLICATION);
  return emptyAnswer(204);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLogging.html: an empty one turns it off. Known difference: nothing is logged. */
export async function putLogging(call: BucketCall): Promise<AwsResponse> {
  const enabled = xmlChild(readDocument(await call.request.body(), 'BucketLoggingStatus'), 'LoggingEnabled');
  if (enabled === undefined) {
    call.bucket.configurations.delete(LOGGING);
    return emptyAnswer(200);
  }
  const target = xmlText(enabled, 'TargetBucket');
  if (target === undefined || xmlText(enabled, 'TargetPrefix') === undefined) throw malformedXml();
  const found = call.store.buckets.get(target);
  if (found?.account !== call.bucket.account || found.region !== call.bucket.region) {
    throw s3Error('InvalidTargetBucketForLogging', 400, 'The target bucket for logging does not exist', {
      TargetBucket: target,
    });
  }
  call.bucket.configurations.set(LOGGING, { LoggingEnabled: contentOf(enabled) });
  return emptyAnswer(200);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLogging.html */
export function getLogging(call: BucketCall): AwsResponse {
  return xmlAnswer('BucketLoggingStatus', call.bucket.configurations.get(LOGGING) ?? {});
}
