import { randomUUID } from 'node:crypto';
import type { AwsResponse } from '../../contract.ts';
import { type XmlElement, type XmlValue, xmlChild, xmlChildren, xmlText } from '../../xml.ts';
import type { BucketCall } from '../call.ts';
import { invalidArgument, invalidRequest, malformedXml, notImplemented, s3Error } from '../errors.ts';
import { contentOf, emptyAnswer, readDocument, xmlAnswer } from '../xml-answer.ts';

/**
 * Configurations that the sandbox never has: what S3 answers for a bucket where nobody has set them. Setting them is 501.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
const notFound =
  (code: string, message: string) =>
  (call: BucketCall): never => {
    throw s3Error(code, 404, message, { BucketName: call.bucket.name });
  };

export const getCors = notFound('NoSuchCORSConfiguration', 'The CORS configuration does not exist');
export const getWebsite = notFound(
  'NoSuchWebsiteConfiguration',
  'The specified bucket does not have a website configuration',
);
/** Analytics, inventory, metrics and tiering configurations, which have ids. */
export const getNamedConfiguration = notFound('NoSuchConfiguration', 'The specified configuration does not exist.');

/** DELETE of a configuration that is not there succeeds. */
export const deleteNothing = (): AwsResponse => emptyAnswer(204);

export const getAcceleration = (): AwsResponse => xmlAnswer('AccelerateConfiguration', {});
export const getAbac = (): AwsResponse => xmlAnswer('AbacStatus', { Status: 'Disabled' });

/** Takes a configuration that sets nothing, as clients send to clear what was set; one that sets something is NotImplemented. */
const putNothing =
  (root: string, empty: (document: XmlElement) => boolean = (document) => document.children.length === 0) =>
  async (call: BucketCall): Promise<AwsResponse> => {
    if (!empty(readDocument(await call.request.body(), root))) throw notImplemented(`the operation ${call.operation}`);
    return emptyAnswer(200);
  };

export const putAcceleration = putNothing(
  'AccelerateConfiguration',
  (document) => xmlText(document, 'Status') === 'Suspended',
);

/** A list of named configurations without any. */
export const listNothing = (root: string) => (): AwsResponse => xmlAnswer(root, { IsTruncated: false });

const ACTIONS = [
  'AbortIncompleteMultipartUpload',
  'Expiration',
  'NoncurrentVersionExpiration',
  'NoncurrentVersionTransition',
  'Transition',
];

/** A number of days from 1 on, where there is one. */
function checkDays(element: XmlElement, name: string): void {
  const text = xmlText(element, name);
  if (text === undefined) return;
  if (!/^\d+$/.test(text.trim())) throw malformedXml();
  if (Number(text) < 1) throw invalidArgument(`'${name}' for ${element.name} action must be a positive integer`);
}

function checkRule(rule: XmlElement): void {
  const status = xmlText(rule, 'Status');
  if (status !== 'Enabled' && status !== 'Disabled') throw malformedXml();
  const hasFilter = xmlChild(rule, 'Filter') !== undefined;
  const hasPrefix = xmlChild(rule, 'Prefix') !== undefined;
  if (hasFilter === hasPrefix) throw malformedXml();
  if ((xmlText(rule, 'ID') ?? '').length > 255)
    throw invalidArgument('ID length should not exceed allowed limit of 255');
  const actions = rule.children.filter((child) => ACTIONS.includes(child.name));
  if (actions.length === 0) throw invalidRequest('At least one action needs to be specified in a rule');
  for (const action of actions) {
    if (action.name === 'Transition') continue;
    for (const name of ['Days', 'NoncurrentDays', 'DaysAfterInitiation']) checkDays(action, name);
  }
  const expiration = xmlChild(rule, 'Expiration');
  if (expiration !== undefined && expiration.children.length !== 1) throw malformedXml();
}

const LIFECYCLE = 'lifecycle';
const SIZE_HEADER = 'x-amz-transition-default-minimum-object-size';

/**
 * Known difference: rules are kept and given back, but nothing expires.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
 */
export async function putLifecycle(call: BucketCall): Promise<AwsResponse> {
  const document = readDocument(await call.request.body(), 'LifecycleConfiguration');
  const rules = xmlChildren(document, 'Rule');
  if (rules.length === 0 || rules.length > 1000) throw malformedXml();
  for (const rule of rules) checkRule(rule);
  const contents = rules.map((rule) => {
    const content = contentOf(rule) as { readonly [element: string]: XmlValue };
    // S3 names the rules that have no name.
    return content.ID === undefined || content.ID === '' ? { ...content, ID: randomUUID() } : content;
  });
  const ids = new Set(contents.map((content) => content.ID));
  if (ids.size !== contents.length) {
    throw invalidArgument('Rule ID must be unique. Found same ID for more than one rule');
  }
  call.bucket.configurations.set(LIFECYCLE, { Rule: contents });
  return emptyAnswer(200, { [SIZE_HEADER]: 'all_storage_classes_128K' });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLifecycleConfiguration.html */
export function getLifecycle(call: BucketCall): AwsResponse {
  const stored = call.bucket.configurations.get(LIFECYCLE);
  if (stored === undefined) {
    throw s3Error('NoSuchLifecycleConfiguration', 404, 'The lifecycle configuration does not exist', {
      BucketName: call.bucket.name,
    });
  }
  return xmlAnswer('LifecycleConfiguration', stored, { [SIZE_HEADER]: 'all_storage_classes_128K' });
}

export function deleteLifecycle(call: BucketCall): AwsResponse {
  call.bucket.configurations.delete(LIFECYCLE);
  return emptyAnswer(204);
}
