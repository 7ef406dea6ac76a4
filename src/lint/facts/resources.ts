import { type ActionFacts, SERVICES } from '../../operations/catalogue.ts';
import type { StatementView } from '../types.ts';
import { intersects } from './patterns.ts';
import { withoutVariables } from './variables.ts';

/**
 * Patterns of Resource elements against the resource types of AWS's Service Authorization Reference.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html#amazons3-resources-for-iam-policies
 */

/** The six parts of an ARN, as far as they are there. */
export function arnParts(text: string): readonly string[] {
  const parts = text.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/** An S3 bucket or object pattern: `arn:…:s3:::bucket` or `arn:…:s3:::bucket/key`. */
export interface S3Pattern {
  readonly partition: string;
  readonly bucket: string;
  /** `undefined` when there is no slash. */
  readonly key: string | undefined;
}

/** Reads the ARN of a bucket or of objects; `undefined` for anything else, access points included. */
export function readS3Pattern(text: string): S3Pattern | undefined {
  const parts = arnParts(text);
  const [arn, partition = '', service, region, account, resource = ''] = parts;
  if (parts.length !== 6 || arn !== 'arn' || service !== 's3') return undefined;
  // A star matches nothing, too: arn:aws:s3:*:*:bucket is the bucket.
  if (!/^\**$/.test(`${region}${account}`) || resource.startsWith('accesspoint/')) return undefined;
  const slash = resource.indexOf('/');
  return slash < 0
    ? { partition, bucket: resource, key: undefined }
    : { partition, bucket: resource.slice(0, slash), key: resource.slice(slash + 1) };
}

/** Whether a pattern can match a bucket. */
export function matchesBucket(pattern: string): boolean {
  if (pattern === '*') return true;
  const s3 = readS3Pattern(withoutVariables(pattern, 'x'));
  return s3 !== undefined && s3.key === undefined;
}

/** Whether a pattern can match an object. */
export function matchesObject(pattern: string): boolean {
  if (pattern === '*') return true;
  const s3 = readS3Pattern(withoutVariables(pattern, 'x'));
  return s3 !== undefined && (s3.key === undefined ? s3.bucket.includes('*') : s3.key !== '');
}

function matchesTemplate(pattern: string, template: string): boolean {
  const patternParts = arnParts(pattern);
  const templateParts = arnParts(template);
  if (patternParts.length < 6) return intersects(pattern, template);
  return patternParts.every((part, index) => intersects(part, templateParts[index] ?? ''));
}

/** ARN of a type with a star for each part that varies. */
function templateOf(service: string, type: string): string | undefined {
  return SERVICES.get(service)
    ?.resources.get(type)
    ?.replace(/\$\{\w+\}/g, '*');
}

/** Whether a request for the action can concern a resource that the pattern matches. */
export function actionTakes(action: ActionFacts, pattern: string): boolean {
  if (pattern === '*') return true;
  const plain = withoutVariables(pattern, 'x');
  if (action.resources.length === 0) {
    // AWS's own examples write arn:aws:s3:::* for the actions that take no resource.
    const parts = arnParts(plain);
    return parts.length === 6 && (parts[5] === '*' || parts[5] === '') && parts[2] === action.service;
  }
  return action.resources.some((type) => {
    if (action.service === 's3' && type === 'bucket') return matchesBucket(pattern);
    if (action.service === 's3' && type === 'object') return matchesObject(pattern);
    const template = templateOf(action.service, type);
    return template !== undefined && matchesTemplate(plain, template);
  });
}

/** The patterns of a statement's Resource element; `undefined` when it has NotResource, or none. */
export function resourcePatterns(statement: StatementView): readonly string[] | undefined {
  const element = statement.resources.find(({ negated }) => !negated);
  if (element === undefined || statement.resources.length > 1) return undefined;
  return element.values.map(({ value }) => value);
}

/** Names of buckets that a document's resources name in full. */
export function namedBuckets(statements: readonly StatementView[]): readonly string[] {
  const names = new Set<string>();
  for (const statement of statements) {
    for (const pattern of resourcePatterns(statement) ?? []) {
      const bucket = readS3Pattern(pattern)?.bucket;
      if (bucket !== undefined && bucket !== '' && !/[*?$]/.test(bucket)) names.add(bucket);
    }
  }
  return [...names];
}
