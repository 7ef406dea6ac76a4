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
  /** Whether the caller is known: else a Principal element that names anyone may or may not mean it. */
  readonly caller: boolean;
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
  return {
    context,
    caller: caller !== undefined,
    isKnown: (key) => {
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
