import type { JsonValue } from '../../model/policy.ts';
import { literalUnits, patternUnits } from '../../model/wildcard.ts';
import { compileConditions } from '../conditions/index.ts';
import { prepareRequest } from '../request.ts';
import { lowerCase } from '../text.ts';
import type { CompiledPolicy } from '../types.ts';
import { conditionText, type OpenCondition, type Questions } from './bounds.ts';
import { regionsOfGlobs } from './regions.ts';
import { type Asked, type Choose, type OpenStatement, openStatements } from './verdict.ts';
import type { Source } from './world.ts';

/** More contexts than this are not tried. */
const MOST_CONTEXTS = 512;

type Family = 'text' | 'number' | 'bool';

const FAMILIES: Readonly<Record<string, Family | 'any'>> = {
  StringEquals: 'text',
  StringNotEquals: 'text',
  StringLike: 'text',
  StringNotLike: 'text',
  NumericEquals: 'number',
  NumericNotEquals: 'number',
  NumericLessThan: 'number',
  NumericLessThanEquals: 'number',
  NumericGreaterThan: 'number',
  NumericGreaterThanEquals: 'number',
  Bool: 'bool',
  Null: 'any',
};

function baseOf(operator: string): string {
  return operator.endsWith('IfExists') ? operator.slice(0, -'IfExists'.length) : operator;
}

function textsOf(value: JsonValue): readonly string[] {
  return [value].flat().map(String);
}

/** Values of which each stands for all that the conditions on a key cannot tell apart; `undefined` when there are too many kinds of them. */
function valuesToTry(conditions: readonly OpenCondition[]): readonly (string | undefined)[] | undefined {
  const families = new Set<Family | 'any' | undefined>(conditions.map(({ operator }) => FAMILIES[baseOf(operator)]));
  families.delete('any');
  const [family = 'text', ...others] = families;
  if (others.length > 0 || conditions.some(({ value }) => textsOf(value).some((text) => text.includes('${'))))
    return undefined;
  const compared = conditions.filter(({ operator }) => baseOf(operator) !== 'Null');
  switch (family) {
    case 'bool':
      return [undefined, 'true', 'false'];
    case 'number': {
      const numbers = compared.flatMap(({ value }) => textsOf(value).map(Number));
      if (!numbers.every(Number.isSafeInteger)) return undefined;
      const tried = numbers.flatMap((number) => [number - 0.5, number, number + 0.5]);
      return [undefined, ...[...new Set(tried)].map(String)];
    }
    default: {
      if (families.has(undefined)) return undefined;
      const globs = compared.flatMap(({ operator, value }) =>
        textsOf(value).map((text) => (operator.includes('Like') ? patternUnits(text) : literalUnits(text))),
      );
      const regions = regionsOfGlobs(globs);
      return regions === undefined ? undefined : [undefined, ...regions];
    }
  }
}

/** A condition that cannot be tried: two that say the same are answered alike. */
function proposition({ operator, key, value }: OpenCondition): string {
  return conditionText({ operator, key: lowerCase(key), value: [...textsOf(value)].sort() });
}

/** What both sides leave open. */
interface OpenKeys {
  /** Lower-case key -> values to try; `undefined`: the request does not have it. */
  readonly values: ReadonlyMap<string, readonly (string | undefined)[]>;
  /** What can only be taken for true or for false. */
  readonly propositions: ReadonlySet<string>;
}

function openKeys(sides: readonly Side[]): OpenKeys {
  const byKey = new Map<string, OpenCondition[]>();
  const propositions = new Set<string>();
  for (const { statements, assumptions } of sides) {
    for (const assumption of assumptions) propositions.add(assumption);
    for (const { questions } of statements) {
      for (const condition of questions.conditions) {
        const key = lowerCase(condition.key);
        byKey.set(key, [...(byKey.get(key) ?? []), condition]);
      }
      for (const one of otherPropositions(questions)) propositions.add(one);
    }
  }
  const values = new Map<string, readonly (string | undefined)[]>();
  for (const [key, conditions] of byKey) {
    const tried = valuesToTry(conditions);
    if (tried === undefined) for (const condition of conditions) propositions.add(proposition(condition));
    else values.set(key, tried);
  }
  return { values, propositions };
}

/** Whom a Principal means, and what the variables of a Resource stand for. */
function otherPropositions({ principal, variables, resources }: Questions): readonly string[] {
  return [
    ...(principal === undefined ? [] : [`${principal.element} ${JSON.stringify(principal.value)}`]),
    ...variables.map((name) => `\${${name}} in ${resources}`),
  ];
}

/** One of the sides that are compared, about the same action and resource. */
interface Side {
  readonly asked: Asked;
  readonly statements: readonly OpenStatement[];
  readonly assumptions: readonly string[];
  /** Answers by what of the statements and assumptions holds. */
  readonly answers: Map<string, Answer>;
}

interface Answer {
  readonly mayAllow: boolean;
  readonly mayDeny: boolean;
}

function sideOf(asked: Asked): Side {
  return {
    asked,
    statements: openStatements(asked),
    assumptions: asked.sources.flatMap(({ assumption }) => assumption ?? []),
    answers: new Map(),
  };
}

/** A source with each open statement as it is in one context. */
function mixed({ most, least }: Source, open: ReadonlyMap<number, boolean>): CompiledPolicy {
  const statements = most.statements.map((statement, index) =>
    open.get(index) === false ? (least?.statements[index] ?? statement) : statement,
  );
  return { ...most, statements };
}

function answer(side: Side, holds: readonly boolean[], truths: (assumption: string) => boolean): Answer {
  const key = `${holds.map(Number).join('')} ${side.assumptions.map(truths).join()}`;
  const known = side.answers.get(key);
  if (known !== undefined) return known;
  const bySource = new Map<Source, Map<number, boolean>>();
  side.statements.forEach(({ source, index, favours }, at) => {
    const open = bySource.get(source) ?? new Map<number, boolean>();
    // A Deny that applies is read as in `least`.
    open.set(index, (holds[at] ?? false) === favours);
    bySource.set(source, open);
  });
  const mixes = new Map([...bySource].map(([source, open]) => [source, mixed(source, open)]));
  const choose =
    (unread: 'most' | 'least'): Choose =>
    (source) => {
      if (source.unread) return source[unread];
      if (source.assumption !== undefined) return truths(source.assumption) ? source.most : source.least;
      return mixes.get(source) ?? source.most;
    };
  const allowed = ({ decision }: { readonly decision: string }): boolean => decision === 'allow';
  const found = {
    mayAllow: side.asked.decide(choose('most')).some(allowed),
    mayDeny: !side.asked.decide(choose('least')).every(allowed),
  };
  side.answers.set(key, found);
  return found;
}

/** Whether a condition holds for a value of its key. */
function holdsFor({ operator, key, value }: OpenCondition, tried: string | undefined, asked: Asked): boolean {
  const { conditions } = compileConditions({ [operator]: { [key]: value } }, { variables: false, effect: 'Allow' });
  const request = prepareRequest({ ...asked.request, context: tried === undefined ? {} : { [key]: tried } }, false);
  return conditions.every(({ test }) => test(request)) && conditions.length > 0;
}

/** Whether a condition holds in a context; asked once for each value of its key. */
function conditionsIn({ values }: OpenKeys): (condition: OpenCondition, context: OpenContext, asked: Asked) => boolean {
  const memo = new Map<OpenCondition, Map<string | undefined, boolean>>();
  return (condition, context, asked) => {
    const key = lowerCase(condition.key);
    if (!values.has(key)) return context.get(proposition(condition)) === true;
    const chosen = context.get(key);
    const tried = typeof chosen === 'string' ? chosen : undefined;
    const answers = memo.get(condition) ?? new Map<string | undefined, boolean>();
    memo.set(condition, answers);
    const known = answers.get(tried) ?? holdsFor(condition, tried, asked);
    answers.set(tried, known);
    return known;
  };
}

/** A value for each key (`undefined`: the request does not have it), and an answer to each proposition. */
type OpenContext = ReadonlyMap<string, string | boolean | undefined>;

/** Every context, as choices of a value for each key, and of an answer to each proposition. */
function* contextsOf({ values, propositions }: OpenKeys): Generator<OpenContext> {
  const choices = [
    ...[...values].map(([key, tried]) => [key, tried] as const),
    ...[...propositions].map((text) => [text, [true, false]] as const),
  ];
  const chosen = new Map<string, string | boolean | undefined>();
  yield* from(0);

  function* from(at: number): Generator<typeof chosen> {
    const choice = choices[at];
    if (choice === undefined) {
      yield chosen;
      return;
    }
    for (const one of choice[1]) {
      chosen.set(choice[0], one);
      yield* from(at + 1);
    }
  }
}

/** How two answers that depend on conditions differ. */
export interface Difference {
  /** Some requests are allowed by the first and not by the second. */
  readonly excess: boolean;
  /** Some requests are allowed by the second and not by the first. */
  readonly missing: boolean;
}

/**
 * Compares two answers that depend on conditions, in every context that these conditions can tell apart. What cannot be tried (variables,
 * set operators, dates, addresses) is taken once for true and once for false, the same text alike on both sides; where that is too much, the
 * answer is that both may differ.
 */
export function compareInContexts(first: Asked, second: Asked): Difference {
  const sides = [sideOf(first), sideOf(second)] as const;
  const open = openKeys(sides);
  let contexts = 2 ** open.propositions.size;
  for (const tried of open.values.values()) contexts *= tried.length;
  if (contexts > MOST_CONTEXTS) return { excess: true, missing: true };
  const holdsIn = conditionsIn(open);
  let [excess, missing] = [false, false];
  for (const context of contextsOf(open)) {
    const [one, other] = sides.map((side) => {
      const holds = side.statements.map(
        ({ questions }) =>
          questions.conditions.every((condition) => holdsIn(condition, context, side.asked)) &&
          otherPropositions(questions).every((text) => context.get(text) === true),
      );
      return answer(side, holds, (assumption) => context.get(assumption) === true);
    });
    if (one === undefined || other === undefined) continue;
    excess ||= one.mayAllow && other.mayDeny;
    missing ||= other.mayAllow && one.mayDeny;
  }
  return { excess, missing };
}
