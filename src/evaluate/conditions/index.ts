import { isJsonObject, type JsonValue } from '../../model/policy.ts';
import { MAX_TEXT } from '../../model/wildcard.ts';
import { contextValues, noteUnknown, type PreparedRequest } from '../request.ts';
import { lowerCase, shown } from '../text.ts';
import type { CompiledCondition } from '../types.ts';
import { ARN_OPERATORS } from './arn.ts';
import { BINARY_OPERATORS } from './binary.ts';
import { BOOL_OPERATORS } from './bool.ts';
import { DATE_OPERATORS } from './date.ts';
import { IP_OPERATORS } from './ip.ts';
import { NUMERIC_OPERATORS } from './numeric.ts';
import type { Operator, ValueRules, ValueTest } from './operator.ts';
import { STRING_OPERATORS } from './string.ts';

/**
 * The Condition element.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
 */
const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  [
    ...STRING_OPERATORS,
    ...NUMERIC_OPERATORS,
    ...DATE_OPERATORS,
    ...BOOL_OPERATORS,
    ...BINARY_OPERATORS,
    ...IP_OPERATORS,
    ...ARN_OPERATORS,
  ].map((operator) => [operator.name, operator]),
);

type Qualifier = 'one' | 'all' | 'any';

interface OperatorName {
  readonly qualifier: Qualifier;
  readonly base: string;
  readonly ifExists: boolean;
}

function parseName(name: string): OperatorName {
  const qualifier: Qualifier = name.startsWith('ForAllValues:')
    ? 'all'
    : name.startsWith('ForAnyValue:')
      ? 'any'
      : 'one';
  const rest = qualifier === 'one' ? name : name.slice(name.indexOf(':') + 1);
  const ifExists = rest.endsWith('IfExists');
  return { qualifier, base: ifExists ? rest.slice(0, -'IfExists'.length) : rest, ifExists };
}

/** Policy values as text: JSON booleans and numbers are legal. `undefined` when one is anything else. */
function readValues(value: JsonValue): readonly string[] | undefined {
  const values = Array.isArray(value) ? (value as readonly JsonValue[]) : [value as JsonValue];
  const texts: string[] = [];
  for (const entry of values) {
    if (typeof entry !== 'string' && typeof entry !== 'number' && typeof entry !== 'boolean') return undefined;
    texts.push(String(entry));
  }
  return texts;
}

/**
 * The truth of an operator for the values of a request: at most one unless the operator is a set operator, for which an empty
 * text is an empty set.
 */
function holds(
  name: OperatorName,
  negated: boolean,
  test: ValueTest,
  values: readonly string[] | undefined,
  request: PreparedRequest,
): boolean {
  const present = values !== undefined && values.length > 0;
  if (!present && name.ifExists) return true;
  if (name.qualifier === 'one') {
    return present ? values.some((value) => test(value, request)) !== negated : negated;
  }
  if (!present || values.every((value) => value === '')) return name.qualifier === 'all';
  const matches = (value: string): boolean => test(value, request) !== negated;
  return name.qualifier === 'all' ? values.every(matches) : values.some(matches);
}

function compileNull(key: string, values: readonly string[]): ((request: PreparedRequest) => boolean) | undefined {
  const wanted = values.map((value) => value.toLowerCase());
  if (!wanted.every((value) => value === 'true' || value === 'false')) return undefined;
  const lowerCaseKey = lowerCase(key);
  return (request) => {
    const given = contextValues(request, lowerCaseKey, key);
    return wanted.includes(given === undefined || given.length === 0 ? 'true' : 'false');
  };
}

/**
 * Why values cannot be compared. Several values need a set operator; AWS does not say what comes of them without one.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
function unfit(name: OperatorName, key: string, values: readonly string[]): string | undefined {
  if (name.qualifier === 'one' && values.length > 1) return `several values of ${key} without a set operator`;
  if (values.some((value) => value.length > MAX_TEXT)) return `a value of ${key} longer than ${MAX_TEXT} characters`;
  return undefined;
}

function compileTest(
  name: OperatorName,
  operator: Operator,
  key: string,
  test: ValueTest,
  effect: 'Allow' | 'Deny',
): (request: PreparedRequest) => boolean {
  const lowerCaseKey = lowerCase(key);
  return (request) => {
    const values = contextValues(request, lowerCaseKey, key);
    const problem = values === undefined ? undefined : unfit(name, key, values);
    if (problem === undefined) return holds(name, operator.negated, test, values, request);
    noteUnknown(request, problem);
    return effect === 'Deny';
  };
}

/** One key of one operator, compiled; or the name of what is not understood. */
function compileKey(
  operatorName: string,
  key: string,
  value: JsonValue,
  rules: ValueRules,
): CompiledCondition | string {
  const values = readValues(value);
  const place = `Condition.${operatorName}.${key}`;
  if (values === undefined) return `${place} ${shown(value)}`;
  const name = parseName(operatorName);
  if (name.base === 'Null' && !name.ifExists) {
    const test = compileNull(key, values);
    return test === undefined ? `${place} ${shown(values[0])}` : { operator: operatorName, key, test };
  }
  const operator = OPERATORS.get(name.base);
  if (operator === undefined) return `Condition operator ${shown(operatorName)}`;
  const test = operator.compile(values, rules);
  if (typeof test !== 'function') return `${place} ${shown(test.malformed)}`;
  return { operator: operatorName, key, test: compileTest(name, operator, key, test, rules.effect) };
}

/** What a Condition element compiles to: all conditions must hold, and what is in `unknown` is not understood. */
export interface CompiledConditions {
  readonly conditions: readonly CompiledCondition[];
  readonly unknown: readonly string[];
}

/** Compiles a Condition element; never throws. */
export function compileConditions(element: JsonValue, rules: ValueRules): CompiledConditions {
  if (!isJsonObject(element)) return { conditions: [], unknown: [`Condition ${shown(element)}`] };
  const conditions: CompiledCondition[] = [];
  const unknown: string[] = [];
  for (const [operator, keys] of Object.entries(element)) {
    if (!isJsonObject(keys)) {
      unknown.push(`Condition.${operator} ${shown(keys)}`);
      continue;
    }
    const seen = new Set<string>();
    for (const [key, value] of Object.entries(keys)) {
      const compiled = compileKey(operator, key, value, rules);
      if (typeof compiled === 'string') unknown.push(compiled);
      else conditions.push(compiled);
      if (seen.has(lowerCase(key))) unknown.push(`Condition.${operator}.${key} twice in different case`);
      seen.add(lowerCase(key));
    }
  }
  return { conditions, unknown };
}
