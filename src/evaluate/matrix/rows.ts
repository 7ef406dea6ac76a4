import { SERVICES } from '../../operations/catalogue.ts';
import { intersectPatterns, type Pattern, patternsMeet, patternText, readPattern } from './patterns.ts';

/** One row of the matrix: resources of one kind, as a pattern, and the actions that take them. */
export interface Row {
  readonly kind: string;
  /** `*` for actions that take no resource. */
  readonly resource: string;
  readonly pattern: Pattern;
  /** Resources that the pattern would cover but that are of another kind: objects, for a pattern of buckets or access points. */
  readonly except?: Pattern;
  readonly actions: readonly string[];
}

const EXPLAINED = ['s3', 'kms', 'sts'] as const;

interface ActionOfKind {
  readonly action: string;
  readonly kinds: readonly string[];
}

const ACTIONS: readonly ActionOfKind[] = EXPLAINED.flatMap((prefix) =>
  [...(SERVICES.get(prefix)?.actions.values() ?? [])].map(({ action, resources }) => ({
    action,
    kinds: resources.map((type) => `${prefix}:${type}`),
  })),
);

/** Resource types with their ARN as a pattern: each `${…}` of AWS's tables is a star. */
const KINDS: readonly { readonly kind: string; readonly pattern: Pattern }[] = EXPLAINED.flatMap((prefix) =>
  [...(SERVICES.get(prefix)?.resources ?? [])].flatMap(([type, arn]) => {
    const pattern = readPattern(arn.replace(/\$\{\w+\}/g, '*'), false);
    return pattern === undefined ? [] : [{ kind: `${prefix}:${type}`, pattern }];
  }),
);

/** Kinds of which `*` makes a row. The others, such as access points, get one only when they are named. */
const COMMON: ReadonlySet<string> = new Set(['s3:bucket', 's3:object', 'kms:key', 'sts:role']);

function actionsOf(kind: string): readonly string[] {
  return ACTIONS.filter(({ kinds }) => kinds.includes(kind)).map(({ action }) => action);
}

/** Names of buckets and access points have no slash: what has one is an object. */
const OBJECTS: ReadonlyMap<string, Pattern | undefined> = new Map([
  ['s3:bucket', readPattern('arn:*:s3:::*/*', true)],
  ['s3:accesspoint', readPattern('arn:*:s3:*:*:accesspoint/*/*', true)],
]);

function row(kind: string, text: string): Row {
  const pattern = readPattern(text, true) ?? failPattern(text);
  const except = OBJECTS.get(kind);
  return { kind, resource: text, pattern, actions: actionsOf(kind), ...(except === undefined ? {} : { except }) };
}

function failPattern(text: string): never {
  throw new Error(`not a pattern: ${text}`);
}

/** The bucket of an S3 pattern, and all its objects: whoever names objects means the bucket too, and the other way round. */
function s3Rows(text: string): readonly Row[] {
  const slash = text.indexOf('/');
  const bucket = slash < 0 ? text : text.slice(0, slash);
  if (bucket.endsWith(':')) return [];
  return [row('s3:bucket', bucket), row('s3:object', `${bucket}/*`)];
}

const BUCKETS: Pattern = readPattern('arn:*:s3:::*', true) ?? failPattern('arn:*:s3:::*');

function rowsOf(pattern: Pattern, partition: string): readonly Row[] {
  if (pattern.text === '*' || /^\*+$/.test(pattern.text)) {
    return KINDS.filter(({ kind }) => COMMON.has(kind)).map(({ kind, pattern: { parts } }) =>
      row(kind, patternText(parts).replace('arn:*:', `arn:${partition}:`)),
    );
  }
  // A star matches nothing, too: arn:aws:s3:*:*:bucket is the bucket, which has neither region nor account.
  const buckets = commonTexts(pattern, BUCKETS).flatMap(s3Rows);
  if (/^arn:[^:]+:s3:::/.test(patternText(pattern.parts))) return buckets;
  const others = KINDS.filter(({ kind }) => kind !== 's3:bucket' && kind !== 's3:object').flatMap(
    ({ kind, pattern: of }) => commonTexts(pattern, of).map((text) => row(kind, text)),
  );
  // Whoever writes arn:aws:s3:*:*:accesspoint/* means no bucket of that name.
  const isOther = others.some(({ resource }) => resource === patternText(pattern.parts));
  return [...(isOther ? [] : buckets), ...others];
}

/** What a pattern has in common with those of a kind; all of it, where that takes more patterns than a reader can take in. */
function commonTexts(pattern: Pattern, kind: Pattern): readonly string[] {
  if (!patternsMeet(kind, pattern)) return [];
  return (intersectPatterns([kind, pattern]) ?? [pattern.parts]).map(patternText);
}

/**
 * The rows for the resources that patterns name, each once, in the order in which they are named; first the row of the actions
 * that take no resource.
 */
export function rowsFor(patterns: readonly Pattern[], partition: string): readonly Row[] {
  const none = readPattern('*', true) ?? failPattern('*');
  const found = new Map<string, Row>();
  for (const pattern of patterns) {
    for (const one of rowsOf(pattern, partition)) found.set(`${one.kind} ${one.resource}`, one);
  }
  const actions = ACTIONS.filter(({ kinds }) => kinds.length === 0).map(({ action }) => action);
  return [{ kind: 'none', resource: '*', pattern: none, actions }, ...found.values()];
}
