import { derivedKey, parseCaller } from '../caller.ts';
import { lowerCase } from '../text.ts';

/** What is known of the context of every request that is asked about. */
export interface Known {
  /** The context that goes with each request. */
  readonly context: Readonly<Record<string, string | readonly string[]>>;
  /** Whether conditions on the key have one answer, the same for all requests. */
  readonly isKnown: (lowerCaseKey: string) => boolean;
  /** The value of a known key for a policy variable; `undefined` when it is known to be absent, or has several values. */
  readonly valueOf: (lowerCaseKey: string) => string | undefined;
  /** What every value of a key fits that is not known to its end, `AROA…:*`; `undefined` where it is known, or nothing of it is. */
  readonly patternOf: (lowerCaseKey: string) => string | undefined;
  /** Whether the caller is known: else a Principal element that names anyone may or may not mean it. */
  readonly caller: boolean;
  /** The caller is a session of a role whose name whoever assumes the role chooses: its ARN with an example of a name. */
  readonly anySession?: string;
}

/**
 * Keys of which a context may give a pattern that ends with a star, in the place of what is not known. No value of theirs has a star itself.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
 */
const IN_PART: ReadonlySet<string> = new Set(['aws:userid', 'aws:principalarn']);

function isPattern(value: string): boolean {
  return value.endsWith(':*') || value.endsWith('/*');
}

/** A text for a pattern that ends with a star: parentheses are in no name, so that it is none that a policy could mean. */
export function exampleOf(pattern: string): string {
  return isPattern(pattern) ? `${pattern.slice(0, -1)}(any)` : pattern;
}

/** Keys that follow from the principal alone, present or absent; aws:userid needs more than the ARN. */
const OF_PRINCIPAL: ReadonlySet<string> = new Set([
  'aws:principalarn',
  'aws:principalaccount',
  'aws:principaltype',
  'aws:principalisawsservice',
  'aws:principalservicename',
  'aws:username',
]);
/** Keys that name the owner of the resource. */
const OF_RESOURCE: ReadonlySet<string> = new Set(['aws:resourceaccount', 's3:resourceaccount']);

/** What is known beside caller and context. */
export interface MoreKnown {
  /** Keys that no request has beside those of the context. Default: any other key may be there. */
  readonly isAbsent?: (lowerCaseKey: string) => boolean;
  /** Whether the owner of the resource is known. Default: yes. */
  readonly owner?: boolean;
}

/** What follows from the caller, when there is a known one, and from the context that is given. */
export function knownFacts(
  principal: string | undefined,
  context: Known['context'],
  { isAbsent = () => false, owner = true }: MoreKnown = {},
): Known {
  const given = new Map(Object.entries(context).map(([key, value]) => [lowerCase(key), value]));
  const caller = principal === undefined ? undefined : parseCaller(principal);
  const fromPrincipal = (key: string): boolean => caller !== undefined && OF_PRINCIPAL.has(key);
  const patternOf = (key: string): string | undefined => {
    const value = IN_PART.has(key) ? given.get(key) : undefined;
    return typeof value === 'string' && isPattern(value) ? value : undefined;
  };
  const inPart = Object.entries(context).filter(([key]) => patternOf(lowerCase(key)) !== undefined);
  const examples = inPart.map(([key, value]) => [key, exampleOf(String(value))]);
  return {
    context: inPart.length === 0 ? context : { ...context, ...Object.fromEntries(examples) },
    caller: caller !== undefined,
    ...(caller?.kind === 'session' && isPattern(caller.arn) ? { anySession: exampleOf(caller.arn) } : {}),
    patternOf,
    isKnown: (key) => {
      if (patternOf(key) !== undefined) return false;
      if (OF_RESOURCE.has(key)) return owner && (key === 'aws:resourceaccount' || given.has(key));
      return given.has(key) || fromPrincipal(key) || isAbsent(key);
    },
    valueOf: (key) => {
      const value = given.get(key);
      if (typeof value === 'string') return value;
      if (value !== undefined) return value.length === 1 ? value[0] : undefined;
      return caller === undefined || !OF_PRINCIPAL.has(key) ? undefined : derivedKey(caller, '', key);
    },
  };
}
