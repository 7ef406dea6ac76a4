import { covers, isWild } from '../../model/wildcard-compare.ts';
import { type ActionFacts, SERVICES, type ServiceFacts } from '../../operations/catalogue.ts';
import type { ListElement, RuleContext, StatementView } from '../types.ts';

/** The two parts of an action; `undefined` when there is no colon. */
export function splitAction(action: string): { readonly service: string; readonly name: string } | undefined {
  const colon = action.indexOf(':');
  return colon < 0 ? undefined : { service: action.slice(0, colon), name: action.slice(colon + 1) };
}

const NONE: readonly ActionFacts[] = [];
const EVERY: readonly ActionFacts[] = [...SERVICES.values()].flatMap(({ actions }) => [...actions.values()]);
const CACHE = {};

/** Patterns as they are written, and in lower case with each run of wildcards in one form, to what they match. */
interface Cache {
  readonly written: Map<string, readonly ActionFacts[]>;
  readonly plain: Map<string, readonly ActionFacts[]>;
}

/** The actions that a pattern of an Action element matches, of the services that are known; in the order of the catalogue. */
export function actionsMatching(context: RuleContext, pattern: string): readonly ActionFacts[] {
  const cache = context.once(CACHE, (): Cache => ({ written: new Map(), plain: new Map() }));
  const known = cache.written.get(pattern);
  if (known !== undefined) return known;
  const plain = canonical(pattern.toLowerCase());
  const found = cache.plain.get(plain) ?? match(plain);
  cache.written.set(pattern, found);
  cache.plain.set(plain, found);
  return found;
}

/** `*?*` and `?**` say the same as `?*`. */
function canonical(pattern: string): string {
  return /\*[*?]/.test(pattern)
    ? pattern.replace(/[*?]*\*[*?]*/g, (run) => `${'?'.repeat(run.split('?').length - 1)}*`)
    : pattern;
}

function match(pattern: string): readonly ActionFacts[] {
  if (pattern === '*') return EVERY;
  const parts = splitAction(pattern);
  const service = parts && SERVICES.get(parts.service);
  if (parts === undefined || service === undefined) return NONE;
  if (!isWild(parts.name)) {
    const one = service.actions.get(parts.name);
    return one === undefined ? NONE : [one];
  }
  return matchNames(service, parts.name);
}

/** Longer than the name of any action: what has more than that many characters which are no star matches none. */
const MAX_NAME = Math.max(...EVERY.map(({ name }) => name.length));

function matchNames(service: ServiceFacts, pattern: string): readonly ActionFacts[] {
  if (pattern === '*') return [...service.actions.values()];
  const pieces = pattern.split(/[*?]+/);
  if (pattern.length - pattern.split('*').length + 1 > MAX_NAME) return NONE;
  // Most names fail at the longest piece of plain text.
  const longest = pieces.reduce((one, other) => (other.length > one.length ? other : one), '');
  const found: ActionFacts[] = [];
  for (const [name, facts] of service.actions) {
    if (name.includes(longest) && covers(pattern, name)) found.push(facts);
  }
  return found;
}

/** The actions that a statement names, of known services; those of NotAction are all others. */
export function statementActions(context: RuleContext, statement: StatementView): readonly ActionFacts[] {
  const [first, second] = statement.actions;
  if (first === undefined) return NONE;
  if (second === undefined) return elementActions(context, first);
  return [...new Set([...elementActions(context, first), ...elementActions(context, second)])];
}

function elementActions(context: RuleContext, { negated, values }: ListElement): readonly ActionFacts[] {
  const [first, second] = values;
  if (!negated && first !== undefined && second === undefined) return actionsMatching(context, first.value);
  const named = new Set<ActionFacts>();
  const seen = new Set<readonly ActionFacts[]>();
  for (const { value } of values) {
    const matching = actionsMatching(context, value);
    if (seen.has(matching)) continue;
    seen.add(matching);
    for (const facts of matching) named.add(facts);
  }
  return negated ? EVERY.filter((facts) => !named.has(facts)) : [...named];
}

/** An action without the colons behind it, which are a finding of their own. */
export function withoutTrailingColons(action: string): string {
  let end = action.length;
  while (end > 0 && action[end - 1] === ':') end--;
  return end === action.length ? action : action.slice(0, end);
}

/** Whether a statement names one of the actions, by NotAction, too; a stray colon behind it does not count. */
export function namesAction(context: RuleContext, statement: StatementView, facts: ActionFacts): boolean {
  return statement.actions.some(
    ({ negated, values }) =>
      values.some(({ value }) => actionsMatching(context, withoutTrailingColons(value)).includes(facts)) !== negated,
  );
}
