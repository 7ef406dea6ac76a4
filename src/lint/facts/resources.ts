import { intersects } from '../../model/wildcard-compare.ts';
import { type ActionFacts, SERVICES } from '../../operations/catalogue.ts';
import type { RuleContext, StatementView } from '../types.ts';
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

/** What follows an account in an ARN of S3; a bucket's ARN has neither region nor account. */
const S3_WITH_ACCOUNT = /^(accesspoint|job|storage-lens|storage-lens-group|access-grants|async-request|outpost|\*|x)/;

/** Whether the ARN of a bucket or object has a region or account, which it cannot have. */
export function hasMisplacedAccount(parts: readonly string[]): boolean {
  const [, , service, region = '', account = '', resource = ''] = parts;
  const place = `${region}${account}`;
  return service === 's3' && place !== '' && !/[*?]/.test(place) && !S3_WITH_ACCOUNT.test(resource);
}

/** A pattern of a Resource element, read once. */
interface ResourceView {
  readonly pattern: string;
  /** Whether it can match a bucket, and an object. */
  readonly bucket: boolean;
  readonly object: boolean;
  /** Its parts, with a plain letter for each policy variable. */
  readonly parts: readonly string[];
}

function readView(pattern: string): ResourceView {
  if (pattern === '*') return { pattern, bucket: true, object: true, parts: ['*'] };
  const plain = withoutVariables(pattern, 'x');
  const s3 = readS3Pattern(plain);
  return {
    pattern,
    bucket: s3 !== undefined && s3.key === undefined,
    object: s3 !== undefined && (s3.key === undefined ? s3.bucket.includes('*') : s3.key !== ''),
    parts: arnParts(plain),
  };
}

const VIEWS = {};

/** The view of a pattern, made once a document. */
function viewOf(context: RuleContext, pattern: string): ResourceView {
  const views = context.once(VIEWS, () => new Map<string, ResourceView>());
  const known = views.get(pattern);
  if (known !== undefined) return known;
  const view = readView(pattern);
  views.set(pattern, view);
  return view;
}

/** Parts of the ARNs of a service's resource types, with `?*` for each part that varies: none of them is ever empty. */
const TEMPLATES: ReadonlyMap<string, readonly string[]> = new Map(
  [...SERVICES.values()].flatMap(({ prefix, resources }) =>
    [...resources].map(([type, arn]) => [`${prefix} ${type}`, arnParts(arn.replace(/\$\{\w+\}/g, '?*'))] as const),
  ),
);

/** Services, as their ARNs name them, whose every resource is in an account. */
const ALWAYS_IN_ACCOUNT: ReadonlySet<string> = new Set(
  [...TEMPLATES.values()].flatMap(([, , service = '']) => {
    const own = [...TEMPLATES.values()].filter((parts) => parts[2] === service);
    return own.every(([, , , , account]) => account !== '') ? [service] : [];
  }),
);

/** Whether the ARN leaves the account empty although every resource of the service has one. */
export function lacksAccount(parts: readonly string[]): boolean {
  const [, , service = '', , account] = parts;
  return parts.length === 6 && account === '' && ALWAYS_IN_ACCOUNT.has(service);
}

function matchesTemplate(parts: readonly string[], template: readonly string[]): boolean {
  if (parts.length < 6) return intersects(parts.join(':'), template.join(':'));
  return parts.every((part, index) => intersects(part, template[index] ?? ''));
}

/** Whether a request for the action can concern a resource that the pattern matches. */
function actionTakes(action: ActionFacts, view: ResourceView): boolean {
  const { pattern, parts } = view;
  if (pattern === '*') return true;
  if (action.resources.length === 0) {
    // AWS's own examples write arn:aws:s3:::* for the actions that take no resource.
    return parts.length === 6 && (parts[5] === '*' || parts[5] === '') && parts[2] === action.service;
  }
  return action.resources.some((type) => {
    if (action.service === 's3' && type === 'bucket') return view.bucket;
    if (action.service === 's3' && type === 'object') return view.object;
    const template = TEMPLATES.get(`${action.service} ${type}`);
    return template !== undefined && matchesTemplate(parts, template);
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

/** One view for all buckets that are named in full, one for all objects in such buckets: what they take is the same. */
function distinctViews(context: RuleContext, patterns: readonly string[]): readonly ResourceView[] {
  const views = new Map<string, ResourceView>();
  for (const pattern of patterns) {
    const view = viewOf(context, pattern);
    const plain = view.bucket !== view.object && !/[*?]/.test(view.parts.slice(0, 5).join(''));
    views.set(plain ? (view.bucket ? 'bucket' : 'object') : pattern, view);
  }
  return [...views.values()];
}

const TAKES = {};

/**
 * Whether a request for an action can concern any resource of the statement; `undefined` for a statement with NotResource or without
 * Resource. Worked out once for each statement and action.
 */
export function takesOf(context: RuleContext, statement: StatementView): ((facts: ActionFacts) => boolean) | undefined {
  const all = context.once(TAKES, () => new Map<StatementView, (facts: ActionFacts) => boolean>());
  const known = all.get(statement);
  if (known !== undefined) return known;
  const patterns = resourcePatterns(statement);
  if (patterns === undefined) return undefined;
  const views = distinctViews(context, patterns);
  const answers = new Map<ActionFacts, boolean>();
  const takes = (facts: ActionFacts): boolean => {
    const answer = answers.get(facts) ?? views.some((view) => actionTakes(facts, view));
    answers.set(facts, answer);
    return answer;
  };
  all.set(statement, takes);
  return takes;
}
