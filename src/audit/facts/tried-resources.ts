import { standingContext } from '../../diagnose/standing.ts';
import {
  type KnownRegions,
  type Pattern,
  patternsMeet,
  readPattern,
  regionsWithin,
} from '../../evaluate/matrix/index.ts';
import type { AuditDocuments } from '../../model/audit-documents.ts';
import { KitError } from '../../model/errors.ts';
import { arnServicesOf, findAction, SERVICES } from '../../operations/catalogue.ts';
import { partitionOf } from '../expectation.ts';
import type { AuditContext } from '../types.ts';
import { arnsOfAction } from './catalogue.ts';
import { type Stated, textsOf } from './statements.ts';

/** A statement's resources. */
export interface Named {
  readonly patterns: readonly Pattern[];
  /** It is about all others. */
  readonly isNegated: boolean;
}

/** What stands for a variable where nothing is known of it. */
const NAME = 'example';
/** An account of which nothing is known. */
const ANY_ACCOUNT = '?'.repeat(12);

/** Reads the resources of a statement. Variables are filled in with what the principal's requests have; what is no ARN matches nothing, and is left out. */
export function namedReader({ documents, now }: AuditContext): (stated: Stated) => Named {
  const { principal, organization } = documents;
  const standing = Object.entries(standingContext({ principal, organization }, principal.account, now));
  const values = new Map(standing.map(([key, value]) => [key.toLowerCase(), value]));
  const fill = (text: string) =>
    text.replace(/\$\{([^},]*)[^}]*\}/g, (whole, key: string) => {
      if (/^[*?$]$/.test(key)) return whole;
      const value = values.get(key.trim().toLowerCase());
      return typeof value === 'string' ? value : NAME;
    });
  return ({ statement: { Resource, NotResource } }) => ({
    patterns: [...textsOf(Resource), ...textsOf(NotResource)].flatMap((text) => readPattern(fill(text), true) ?? []),
    isNegated: NotResource !== undefined,
  });
}

/** Finds what to try an action on: see `triedResources`. */
export type Tries = (
  action: string,
  giving: readonly Named[],
  others: readonly Named[],
) => readonly string[] | undefined;

/**
 * One resource for all that an action can be about and that the statements treat alike, where one of `giving` is about it: what one of them is answered
 * holds for all. `undefined` when the patterns have too many wildcards to tell apart.
 */
export function triedResources(context: AuditContext): Tries {
  const known: KnownRegions = new Map();
  const made = new Map<string, readonly string[] | undefined>();
  const numbers = new Map<Named, number>();
  const numberOf = (named: Named) => {
    const number = numbers.get(named) ?? numbers.size;
    numbers.set(named, number);
    return number;
  };
  return (action, giving, others) => {
    const kinds = kindsOf(context, action, giving);
    const key = [...kinds, '', ...giving.map(numberOf), '', ...others.map(numberOf)].join(' ');
    if (!made.has(key)) made.set(key, examplesOf(kinds, giving, others, known));
    return made.get(key);
  };
}

function examplesOf(
  kinds: readonly string[],
  giving: readonly Named[],
  others: readonly Named[],
  known: KnownRegions,
): readonly string[] | undefined {
  try {
    return kinds.flatMap((kind) => (kind === '*' ? [kind] : examplesIn(kind, giving, others, known)));
  } catch (error) {
    if (error instanceof KitError && error.code === 'input') return undefined;
    throw error;
  }
}

function examplesIn(
  kind: string,
  giving: readonly Named[],
  others: readonly Named[],
  known: KnownRegions,
): readonly string[] {
  const row = readPattern(kind, false);
  if (row === undefined) return [];
  const patterns: Pattern[] = [row];
  const masks = [...giving, ...others].map(({ patterns: own }) => {
    let mask = 0n;
    for (const pattern of own) {
      if (!patternsMeet(row, pattern)) continue;
      mask |= 1n << BigInt(patterns.length);
      patterns.push(pattern);
    }
    return mask;
  });
  // Most policies that are about all resources are about nothing else.
  const isWhole = patterns.every(({ text }) => text === kind || text === '*');
  const whole = { members: (1n << BigInt(patterns.length)) - 1n, example: kind.replace(/\*/g, '').replace(/\?/g, 'x') };
  const alike = new Map<string, string>();
  for (const { members, example } of isWhole ? [whole] : regionsWithin(patterns, 0, known)) {
    const named = masks.map((mask) => (members & mask) !== 0n);
    const isGiven = giving.some(({ isNegated }, index) => named[index] !== isNegated);
    const key = named.map(Number).join('');
    if (isGiven && !alike.has(key)) alike.set(key, example);
  }
  return [...alike.values()];
}

/** ARNs with wildcards of what an action can be about: a policy may name anything, and AWS never asks for it. `*` for an action without resources. */
function kindsOf({ documents }: AuditContext, action: string, giving: readonly Named[]): readonly string[] {
  const service = action.slice(0, action.indexOf(':')).toLowerCase();
  const facts = findAction(action);
  // Roles of all accounts can let this one in; of other things it is told where a policy says whose they are.
  const accounts = facts?.action === 'sts:AssumeRole' ? [ANY_ACCOUNT] : accountsOf(documents, giving);
  const known = facts?.resources.flatMap((kind) => SERVICES.get(service)?.resources.get(kind) ?? []);
  const arns = known ?? arnsOfAction(action) ?? arnServicesOf(service).flatMap(anythingOf);
  if (arns.length === 0) return ['*'];
  return [...new Set(arns.flatMap((arn) => accounts.map((account) => filled(arn, partitionOf(documents), account))))];
}

/** Whatever a service has, which may be of an account or of none. */
function anythingOf(service: string): readonly string[] {
  return [
    `arn:\${Partition}:${service}:*:\${Account}:\${Resource}`,
    `arn:\${Partition}:${service}:*::\${Resource}`,
    '*',
  ];
}

/** An ARN of AWS's tables, of which a partition and an account are known. */
function filled(arn: string, partition: string, account: string): string {
  return arn
    .replace(/\$\{Partition\}/, partition)
    .replace(/\$\{Account\}/, account)
    .replace(/\$\{\w+\}/g, '?*');
}

/** The principal's account, and those that statements name. */
function accountsOf({ principal }: AuditDocuments, giving: readonly Named[]): readonly string[] {
  const named = giving.flatMap(({ patterns }) => patterns.map(({ text }) => text.split(':')[4] ?? ''));
  return [...new Set([principal.account, ...named.filter((account) => /[^*]/.test(account))])];
}
