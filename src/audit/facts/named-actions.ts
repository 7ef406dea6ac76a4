import { regionsOfGlobs } from '../../evaluate/matrix/index.ts';
import type { JsonObject } from '../../model/policy.ts';
import { patternUnits } from '../../model/wildcard.ts';
import { covers, isWild } from '../../model/wildcard-compare.ts';
import type { AuditContext, Blind } from '../types.ts';
import { adminOf, type Effective, limitingPolicies, reachOf, TOO_COMPLEX } from './effective.ts';
import { statementsOf, textsOf } from './statements.ts';

/** A pattern of actions of which something is allowed. */
export interface NamedAction {
  /** In lower case. */
  readonly service: string;
  /** As a policy has it. */
  readonly pattern: string;
  /** Its action is one that the pattern stands for, and no narrower one. */
  readonly effective: Effective;
}

/**
 * Actions that the policies name, and except, of which something is allowed: each with the narrowest pattern that has it. All patterns
 * together cut the names of a service's actions into regions of which one name stands for all, so that neither an intersection nor what a Deny leaves is
 * missed.
 *
 * @param ignored services, in lower case
 */
export function namedActions(context: AuditContext, ignored: ReadonlySet<string>): readonly (NamedAction | Blind)[] {
  const { own, all } = actionPatterns(context);
  const byService = new Map<string, string[]>();
  for (const pattern of all) {
    const service = pattern.slice(0, pattern.indexOf(':')).toLowerCase();
    if (service === '' || isWild(service) || ignored.has(service)) continue;
    byService.set(service, [...(byService.get(service) ?? []), pattern]);
  }
  const found = [...byService].flatMap(([service, patterns]) => allowedOf(context, service, patterns));
  // An administrator has what others except or limit, as it has all the rest.
  const isTold = adminOf(context) === undefined ? () => true : (pattern: string) => own.has(pattern);
  return found.filter((one) => 'blind' in one || isTold(one.pattern));
}

/** Patterns of all policies, and those of which the principal's own say that they are allowed. */
function actionPatterns(context: AuditContext): {
  readonly own: ReadonlySet<string>;
  readonly all: ReadonlySet<string>;
} {
  const own = new Set<string>();
  const all = new Set<string>();
  for (const { kind, policy } of limitingPolicies(context)) {
    for (const { effect, statement } of statementsOf(policy)) {
      for (const pattern of textsOf(statement.Action)) {
        all.add(pattern);
        if (kind === 'identity' && effect === 'Allow') own.add(pattern);
      }
      for (const pattern of textsOf(statement.NotAction)) all.add(pattern);
      for (const service of servicesOf(statement)) all.add(`${service}:*`);
    }
  }
  return { own, all };
}

/** Services of whose resources a statement says what it says of all actions, or of all but some. */
function servicesOf({ Action, NotAction, Resource, NotResource }: JsonObject): readonly string[] {
  if (NotAction === undefined && !textsOf(Action).some((pattern) => !pattern.includes(':'))) return [];
  const named = [...textsOf(Resource), ...textsOf(NotResource)].flatMap((arn) => arn.split(':')[2] ?? []);
  return named.filter((service) => /^[\w-]+$/.test(service));
}

/** Of one service. */
function allowedOf(
  context: AuditContext,
  service: string,
  patterns: readonly string[],
): readonly (NamedAction | Blind)[] {
  const lower = new Map<string, string>();
  for (const pattern of patterns) if (!lower.has(pattern.toLowerCase())) lower.set(pattern.toLowerCase(), pattern);
  const globs = [...lower.keys()];
  const names = namesToTry(globs);
  if (names === undefined) return [TOO_COMPLEX];
  const { of } = reachOf(context);
  const found = new Map<string, NamedAction>();
  for (const name of names) {
    const narrowest = narrowestOf(globs, name);
    const pattern = lower.get(narrowest ?? '');
    if (pattern === undefined || found.has(pattern)) continue;
    const effective = of(isWild(pattern) ? name : pattern);
    if (effective !== undefined) found.set(pattern, { service, pattern, effective });
  }
  // In the order of the policies.
  return patterns.flatMap((pattern) => found.get(pattern) ?? []);
}

/** Names of actions of which each stands for all that the globs cannot tell apart; `undefined` when there are too many. */
function namesToTry(globs: readonly string[]): readonly string[] | undefined {
  const plain = new Set(globs.filter((glob) => !isWild(glob)));
  const wild = regionsOfGlobs(globs.filter(isWild).map(patternUnits));
  // Among hundreds of plain names a wildcard's example is hardly ever one of them.
  if (wild?.some((name) => plain.has(name)) === true) return regionsOfGlobs(globs.map(patternUnits));
  return wild && [...plain, ...wild];
}

function narrowestOf(globs: readonly string[], name: string): string | undefined {
  const having = globs.filter((glob) => covers(glob, name));
  return having.find((glob) => !having.some((other) => other !== glob && covers(glob, other)));
}
