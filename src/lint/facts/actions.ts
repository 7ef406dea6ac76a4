import { covers, isWild } from '../../model/wildcard-compare.ts';
import { type ActionFacts, SERVICES } from '../../operations/catalogue.ts';
import type { RuleContext, StatementView } from '../types.ts';

/** The two parts of an action; `undefined` when there is no colon. */
export function splitAction(action: string): { readonly service: string; readonly name: string } | undefined {
  const colon = action.indexOf(':');
  return colon < 0 ? undefined : { service: action.slice(0, colon), name: action.slice(colon + 1) };
}

const CACHE = {};

/** The actions that a pattern of an Action element matches, of the services that are known; in the order of the catalogue. */
export function actionsMatching(context: RuleContext, pattern: string): readonly ActionFacts[] {
  const cache = context.once(CACHE, () => new Map<string, readonly ActionFacts[]>());
  const lower = pattern.toLowerCase();
  const known = cache.get(lower);
  if (known !== undefined) return known;
  const found = match(lower);
  cache.set(lower, found);
  return found;
}

function match(pattern: string): readonly ActionFacts[] {
  if (pattern === '*') return [...SERVICES.values()].flatMap(({ actions }) => [...actions.values()]);
  const parts = splitAction(pattern);
  const actions = parts && SERVICES.get(parts.service)?.actions;
  if (parts === undefined || actions === undefined) return [];
  if (parts.name === '*') return [...actions.values()];
  const one = actions.get(parts.name);
  if (!isWild(parts.name)) return one === undefined ? [] : [one];
  return [...actions].filter(([name]) => covers(parts.name, name)).map(([, facts]) => facts);
}

/** The actions that a statement names, of known services; those of NotAction are all others. */
export function statementActions(context: RuleContext, statement: StatementView): readonly ActionFacts[] {
  const found = new Set<ActionFacts>();
  for (const { negated, values } of statement.actions) {
    if (!negated) {
      for (const { value } of values) for (const facts of actionsMatching(context, value)) found.add(facts);
      continue;
    }
    const excluded = new Set(values.flatMap(({ value }) => actionsMatching(context, value)));
    for (const { actions } of SERVICES.values()) {
      for (const facts of actions.values()) if (!excluded.has(facts)) found.add(facts);
    }
  }
  return [...found];
}
