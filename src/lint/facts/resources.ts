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
  const parts: string[] = [];
  let at = 0;
  while (parts.length < 5) {
    const colon = text.indexOf(':', at);
    if (colon < 0) break;
    parts.push(text.slice(at, colon));
    at = colon + 1;
  }
  parts.push(text.slice(at));
  return parts;
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
  if (!text.startsWith('arn:')) return undefined;
  const service = text.indexOf(':', 4);
  if (service < 0 || !text.startsWith('s3:', service + 1)) return undefined;
  const region = text.indexOf(':', service + 4);
  const account = region < 0 ? -1 : text.indexOf(':', region + 1);
  if (account < 0 || text.startsWith('accesspoint/', account + 1)) return undefined;
  // A star matches nothing, too: arn:aws:s3:*:*:bucket is the bucket.
  const empty = account === service + 5;
  if (!empty && !/^\**:\**$/.test(text.slice(service + 4, account))) return undefined;
  const partition = text.slice(4, service);
  const slash = text.indexOf('/', account);
  return slash < 0
    ? { partition, bucket: text.slice(account + 1), key: undefined }
    : { partition, bucket: text.slice(account + 1, slash), key: text.slice(slash + 1) };
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
  /** What it has in common with all others that take the same actions; itself, where that is not known. */
  readonly like: string;
}

function readView(pattern: string): ResourceView {
  if (pattern === '*') return { pattern, bucket: true, object: true, parts: ['*'], like: '=*' };
  const plain = withoutVariables(pattern, 'x');
  const s3 = readS3Pattern(plain);
  const parts = arnParts(plain);
  const bucket = s3 !== undefined && s3.key === undefined;
  const object = s3 !== undefined && (s3.key === undefined ? s3.bucket.includes('*') : s3.key !== '');
  // The examples that have no bucket are taken by more actions.
  const one = bucket !== object && s3?.bucket !== '' && !/[*?]/.test(`${parts[1]}${parts[3]}${parts[4]}`);
  return { pattern, bucket, object, parts, like: one ? (bucket ? 'bucket' : 'object') : `=${pattern}` };
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

/**
 * Parts of the ARNs of a service's resource types, with `?*` for each part that varies. None of them is ever empty, but for the region of an
 * access point of many regions: https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiRegionAccessPointPermissions.html
 */
const TEMPLATES: ReadonlyMap<string, readonly string[]> = new Map(
  [...SERVICES.values()].flatMap(({ prefix, resources }) =>
    [...resources].map(([type, arn]) => {
      const text = prefix === 's3' && type.startsWith('accesspoint') ? arn.replace(/\$\{Region\}/, '*') : arn;
      return [`${prefix} ${type}`, arnParts(text.replace(/\$\{\w+\}/g, '?*'))] as const;
    }),
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

/** AWS's own examples write arn:aws:s3:::* for the actions that take no resource. */
function takesNothing({ pattern, parts }: ResourceView, service: string): boolean {
  if (pattern === '*') return true;
  return parts.length === 6 && (parts[5] === '*' || parts[5] === '') && parts[2] === service;
}

/** Whether the pattern can match a resource of a type. */
function isOfType(view: ResourceView, service: string, type: string): boolean {
  if (view.pattern === '*') return true;
  if (service === 's3' && type === 'bucket') return view.bucket;
  if (service === 's3' && type === 'object') return view.object;
  const template = TEMPLATES.get(`${service} ${type}`);
  return template !== undefined && matchesTemplate(view.parts, template);
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
function distinctViews(context: RuleContext, patterns: readonly string[]): ReadonlyMap<string, ResourceView> {
  const views = new Map<string, ResourceView>();
  for (const pattern of patterns) {
    const view = viewOf(context, pattern);
    if (!views.has(view.like)) views.set(view.like, view);
  }
  return views;
}

/** Whether a request for an action can concern any of some resources. */
export type Takes = (facts: ActionFacts) => boolean;

const TAKES = {};
/** Statements of so few different resources share what was worked out. */
const FEW = 4;

/**
 * Whether a request for an action can concern any resource of the statement; `undefined` for a statement with NotResource or without
 * Resource. Worked out once for each action and set of resources.
 */
export function takesOf(context: RuleContext, statement: StatementView): Takes | undefined {
  const all = context.once(TAKES, () => ({
    ofStatement: new Map<StatementView, Takes>(),
    ofResources: new Map<string, Takes>(),
  }));
  const known = all.ofStatement.get(statement);
  if (known !== undefined) return known;
  const patterns = resourcePatterns(statement);
  if (patterns === undefined) return undefined;
  const takes = takesOfPatterns(context, patterns, all.ofResources);
  all.ofStatement.set(statement, takes);
  return takes;
}

function takesOfPatterns(context: RuleContext, patterns: readonly string[], shared: Map<string, Takes>): Takes {
  const views = distinctViews(context, patterns);
  if (views.size > FEW) return takesOfViews([...views.values()]);
  const key = JSON.stringify([...views.keys()]);
  const known = shared.get(key);
  if (known !== undefined) return known;
  const takes = takesOfViews([...views.values()]);
  shared.set(key, takes);
  return takes;
}

/** Many actions take the same types: each is looked at once. */
function takesOfViews(views: readonly ResourceView[]): Takes {
  const types = new Map<string, boolean>();
  const isOneOf = (service: string, type: string | undefined): boolean => {
    const key = type === undefined ? service : `${service} ${type}`;
    const known = types.get(key);
    if (known !== undefined) return known;
    const answer = views.some((view) =>
      type === undefined ? takesNothing(view, service) : isOfType(view, service, type),
    );
    types.set(key, answer);
    return answer;
  };
  const answers = new Map<ActionFacts, boolean>();
  return (facts) => {
    const known = answers.get(facts);
    if (known !== undefined) return known;
    const { service, resources } = facts;
    const answer =
      resources.length === 0 ? isOneOf(service, undefined) : resources.some((type) => isOneOf(service, type));
    answers.set(facts, answer);
    return answer;
  };
}
