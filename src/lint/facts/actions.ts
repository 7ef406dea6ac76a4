import { isWild } from '../../model/wildcard-compare.ts';
import { type ActionFacts, findAction, SERVICES, type ServiceFacts } from '../../operations/catalogue.ts';
import type { ListElement, RuleContext, StatementView } from '../types.ts';

/** The two parts of an action; `undefined` when there is no colon. */
export function splitAction(action: string): { readonly service: string; readonly name: string } | undefined {
  const colon = action.indexOf(':');
  return colon < 0 ? undefined : { service: action.slice(0, colon), name: action.slice(colon + 1) };
}

const NONE: readonly ActionFacts[] = [];
const EVERY: readonly ActionFacts[] = [...SERVICES.values()].flatMap(({ actions }) => [...actions.values()]);
/** Each action as a list of its own, so that it is made once. */
const ALONE = new Map(EVERY.map((facts) => [facts, [facts]]));
const CACHE = {};

/** Patterns as they are written, and wildcards in lower case with each run of them in one form, to what they match. */
interface Cache {
  readonly written: Map<string, readonly ActionFacts[]>;
  readonly wild: Map<string, readonly ActionFacts[]>;
  /** How many wildcards had to be tried on every name. */
  vague: number;
}

/** The actions that a pattern of an Action element matches, of the services that are known; in the order of the catalogue. */
export function actionsMatching(context: RuleContext, pattern: string): readonly ActionFacts[] {
  const cache = context.once(CACHE, (): Cache => ({ written: new Map(), wild: new Map(), vague: 0 }));
  const known = cache.written.get(pattern);
  if (known !== undefined) return known;
  const found = isWild(pattern) ? matchWild(cache, canonical(pattern.toLowerCase())) : matchPlain(pattern);
  cache.written.set(pattern, found);
  return found;
}

function matchPlain(action: string): readonly ActionFacts[] {
  const facts = findAction(action);
  return facts === undefined ? NONE : (ALONE.get(facts) ?? NONE);
}

/** `*?*` and `?**` say the same as `?*`. */
function canonical(pattern: string): string {
  if (!/\*[*?]/.test(pattern)) return pattern;
  const parts: string[] = [];
  let [ones, run] = [0, false];
  for (const unit of `${pattern}\n`) {
    if (unit === '?') ones++;
    else if (unit === '*') run = true;
    else {
      if (ones > 0 || run) parts.push('?'.repeat(ones), run ? '*' : '');
      parts.push(unit);
      [ones, run] = [0, false];
    }
  }
  return parts.slice(0, -1).join('');
}

function matchWild(cache: Cache, pattern: string): readonly ActionFacts[] {
  const { wild } = cache;
  if (pattern === '*') return EVERY;
  const known = wild.get(pattern);
  if (known !== undefined) return known;
  const parts = splitAction(pattern);
  const names = parts && NAMES.get(parts.service);
  const found = parts === undefined || names === undefined ? NONE : matchNames(names, parts.name, cache);
  wild.set(pattern, found);
  return found;
}

/** The names of the actions of a service in one text, a line each: a search finds those that have a piece of text. */
interface Names {
  readonly text: string;
  /** Where each begins, and a number behind the last. */
  readonly starts: readonly number[];
  /** Which letters each has: `lettersOf`. */
  readonly letters: readonly number[];
  readonly actions: readonly ActionFacts[];
}

const NAMES: ReadonlyMap<string, Names> = new Map([...SERVICES].map(([prefix, service]) => [prefix, namesOf(service)]));

function namesOf(service: ServiceFacts): Names {
  const starts: number[] = [0];
  let text = '';
  for (const name of service.actions.keys()) {
    text += `${name}\n`;
    starts.push(text.length);
  }
  return { text, starts, letters: [...service.actions.keys()].map(lettersOf), actions: [...service.actions.values()] };
}

/** A bit for each letter from a to z that a text has. */
function lettersOf(text: string): number {
  let letters = 0;
  for (let at = 0; at < text.length; at++) {
    const letter = text.charCodeAt(at) - 97;
    if (letter >= 0 && letter < 26) letters |= 1 << letter;
  }
  return letters;
}

/**
 * So many different wildcards of single letters of one document are tried on every name; no document that AWS takes has a tenth of
 * them. The others count as every action of their service: what is said of the document then stays on the safe side, and quick.
 */
const MAX_VAGUE = 10_000;

/** The name of an action is shorter: what has more characters that are no star matches none. */
const MAX_NAME = 128;

function matchNames(names: Names, pattern: string, cache: Cache): readonly ActionFacts[] {
  const { text, starts, letters, actions } = names;
  if (pattern === '*') return actions;
  if (pattern.length > 2 * MAX_NAME) return NONE;
  // Most names fail at the longest piece of plain text; one letter is in most of them.
  const longest = pattern.split(/[*?]+/).reduce((one, other) => (other.length > one.length ? other : one), '');
  const rare = longest.length > 1;
  if (!rare && ++cache.vague > MAX_VAGUE) return actions;
  const needed = lettersOf(pattern);
  const found: ActionFacts[] = [];
  for (let index = 0; index < actions.length; index++) {
    if (rare) {
      const at = text.indexOf(longest, starts[index]);
      if (at < 0) break;
      while ((starts[index + 1] ?? text.length) <= at) index++;
    }
    const facts = actions[index];
    if ((needed & ~(letters[index] ?? 0)) !== 0) continue;
    if (facts !== undefined && fits(pattern, text, starts[index] ?? 0, (starts[index + 1] ?? 0) - 1)) found.push(facts);
  }
  return found;
}

/** Whether a stretch of plain ASCII text is what a pattern stands for; there are many names, and many patterns in a hostile document. */
function fits(pattern: string, text: string, start: number, end: number): boolean {
  let [at, unit, star, resume] = [start, 0, -1, start];
  while (at < end) {
    const want = pattern.charCodeAt(unit);
    if (want === STAR) {
      star = unit++;
      resume = at;
    } else if (want === QUESTION || want === text.charCodeAt(at)) {
      at++;
      unit++;
    } else if (star >= 0) {
      at = ++resume;
      unit = star + 1;
    } else return false;
  }
  while (pattern.charCodeAt(unit) === STAR) unit++;
  return unit === pattern.length;
}

const STAR = 42;
const QUESTION = 63;

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
function withoutTrailingColons(action: string): string {
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
