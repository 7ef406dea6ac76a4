import { parseArn } from '../../model/arn.ts';
import type { Grant } from '../../model/grant.ts';
import type { JsonValue, PolicyDocument } from '../../model/policy.ts';
import type { TemplateOptions } from './options.ts';
import { ACCOUNT, PARTITION, type Part, type Reference, reference, type TemplateValue, textOf } from './values.ts';

/** More buckets than these have no parameters: nobody fills in such a form, and a template has at most 51,200 bytes when it is sent as it is. */
const MOST_PARAMETERS = 20;

/** How the template speaks of what can be named otherwise in another account. */
export interface Names {
  /** The parameter that holds the name of the role or user. */
  readonly principal: Reference;
  /** The part of a bucket's resources' and parameter's names that tells it from the others: made of its name, so that it stays when others come or go. */
  readonly idOf: (bucket: string) => string;
  /** The parameter that holds the name of a bucket, if there is one. */
  readonly parameterOf: (bucket: string) => string | undefined;
  /** The name of a bucket, from its parameter. */
  readonly nameOf: (bucket: string) => TemplateValue;
  /** An ARN with the parameters in place of what they hold. */
  readonly arnOf: (arn: string) => TemplateValue;
  /** A document with such ARNs. */
  readonly documentOf: (document: PolicyDocument) => TemplateValue;
}

/** The names of a grant in its template. */
export function namesOf({ auth, buckets }: Grant, { stackSet = false }: TemplateOptions): Names {
  const ids = idsOf(buckets.map(({ name }) => name));
  const made = new Set(buckets.filter(({ create }) => create).map(({ name }) => name));
  const idOf = (bucket: string) => ids.get(bucket) ?? '';
  const parameterOf = (bucket: string) => {
    if (buckets.length > MOST_PARAMETERS) return undefined;
    return buckets.length === 1 ? 'BucketName' : `BucketName${idOf(bucket)}`;
  };
  const partsOf = (bucket: string): readonly Part[] => {
    const parameter = parameterOf(bucket);
    // The names of buckets are shared by all accounts.
    const suffix = stackSet && made.has(bucket) ? ['-', ACCOUNT] : [];
    return [parameter === undefined ? bucket : reference(parameter), ...suffix];
  };
  const arnOf = (arn: string) => textOf(...arnParts(arn, (bucket) => (ids.has(bucket) ? partsOf(bucket) : [bucket])));
  return {
    principal: reference(auth === 'role' ? 'RoleName' : 'UserName'),
    idOf,
    parameterOf,
    nameOf: (bucket) => textOf(...partsOf(bucket)),
    arnOf,
    documentOf: (document) => withArns(document as unknown as JsonValue, arnOf),
  };
}

function arnParts(text: string, bucketParts: (bucket: string) => readonly Part[]): readonly Part[] {
  const arn = parseArn(text);
  if (arn === undefined) return [text];
  const { service, region, account, resource } = arn;
  const [bucket = ''] = resource.split('/', 1);
  const rest = service === 's3' ? [...bucketParts(bucket), resource.slice(bucket.length)] : [resource];
  return ['arn:', PARTITION, `:${service}:${region}:${account}:`, ...rest];
}

/** The elements of a statement in which ARNs stand; in its conditions are names of folders, which may look like one. */
const WITH_ARNS = ['Resource', 'NotResource', 'Principal', 'NotPrincipal'];

function withArns(value: JsonValue, arnOf: (arn: string) => TemplateValue, inside = false): TemplateValue {
  if (typeof value === 'string') return inside ? arnOf(value) : value;
  if (Array.isArray(value)) return value.map((member) => withArns(member, arnOf, inside));
  if (typeof value !== 'object' || value === null) return value as TemplateValue;
  const members = Object.entries(value).map(([name, member]) => [
    name,
    withArns(member, arnOf, inside || WITH_ARNS.includes(name)),
  ]);
  return Object.fromEntries(members);
}

/** Letters and digits, which is what CloudFormation's names have: `my-bucket.eu` is `MyBucketEu`; one that is taken gets a number. */
function idsOf(buckets: readonly string[]): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  const taken = new Set<string>();
  for (const bucket of buckets) {
    const id = bucket.replaceAll(
      /[^a-z0-9]*([a-z0-9]+)/g,
      (_, word: string) => word.charAt(0).toUpperCase() + word.slice(1),
    );
    let free = id;
    for (let number = 2; taken.has(free); number++) free = `${id}x${number}`;
    taken.add(free);
    ids.set(bucket, free);
  }
  return ids;
}
