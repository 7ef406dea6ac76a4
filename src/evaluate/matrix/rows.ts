import { SERVICES } from '../../operations/catalogue.ts';
import { type Pattern, patternsMeet, patternText, readPattern } from './patterns.ts';

/** One row of the matrix: resources of one kind, as a pattern, and the actions that take them. */
export interface Row {
  readonly kind: string;
  /** `*` for actions that take no resource. */
  readonly resource: string;
  readonly pattern: Pattern;
  /** Resources that the pattern would cover but that are of another kind: objects, for a pattern of buckets. */
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

function row(kind: string, text: string): Row {
  const pattern = readPattern(text, true) ?? failPattern(text);
  const except = kind === 's3:bucket' ? readPattern('arn:*:s3:::*/*', true) : undefined;
  return { kind, resource: text, pattern, actions: actionsOf(kind), ...(except === undefined ? {} : { except }) };
}

function failPattern(text: string): never {
  throw new Error(`not a pattern: ${text}`);
}

/** The bucket of an S3 pattern, and all its objects: whoever names objects means the bucket too, and the other way round. */
function s3Rows(arn: string, resource: string): readonly Row[] {
  const slash = resource.indexOf('/');
  const bucket = slash < 0 ? resource : resource.slice(0, slash);
  if (bucket === '') return [];
  return [row('s3:bucket', `${arn}${bucket}`), row('s3:object', `${arn}${bucket}/*`)];
}

function rowsOf(pattern: Pattern, partition: string): readonly Row[] {
  if (pattern.text === '*' || /^\*+$/.test(pattern.text)) {
    return KINDS.filter(({ kind }) => COMMON.has(kind)).map(({ kind, pattern: { parts } }) =>
      row(kind, patternText(parts).replace('arn:*:', `arn:${partition}:`)),
    );
  }
  const text = patternText(pattern.parts);
  const s3 = /^(arn:[^:]+:s3:::)(.+)$/.exec(text);
  if (s3 !== null) return s3Rows(s3[1] ?? '', s3[2] ?? '');
  return KINDS.filter(
    ({ kind, pattern: of }) => kind !== 's3:bucket' && kind !== 's3:object' && patternsMeet(of, pattern),
  ).map(({ kind }) => row(kind, text));
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
