import { knownTexts, type StringNode } from '../../documents/json-node.ts';
import type { ConditionView } from '../types.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
export type OperatorFamily = 'String' | 'Numeric' | 'Date' | 'Bool' | 'Binary' | 'IpAddress' | 'Arn' | 'Null';

const COMPARISONS = ['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'];
const STRINGS = ['Equals', 'NotEquals', 'EqualsIgnoreCase', 'NotEqualsIgnoreCase', 'Like', 'NotLike'];

/** Operators without qualifier and `IfExists`. */
export const OPERATORS: ReadonlyMap<string, OperatorFamily> = new Map<string, OperatorFamily>([
  ...STRINGS.map((name) => [`String${name}`, 'String'] as const),
  ...COMPARISONS.map((name) => [`Numeric${name}`, 'Numeric'] as const),
  ...COMPARISONS.map((name) => [`Date${name}`, 'Date'] as const),
  ...['Equals', 'NotEquals', 'Like', 'NotLike'].map((name) => [`Arn${name}`, 'Arn'] as const),
  ['Bool', 'Bool'],
  ['BinaryEquals', 'Binary'],
  ['IpAddress', 'IpAddress'],
  ['NotIpAddress', 'IpAddress'],
  ['Null', 'Null'],
]);

/** Whether the condition holds when the key is absent, or for all values but those given. */
export function isNegated({ base }: ConditionView): boolean {
  return base.includes('Not');
}

/** Whether the condition can only hold when the request has the key. */
export function needsKey(condition: ConditionView): boolean {
  if (condition.base === 'Null') return valueTexts(condition).some((text) => text.toLowerCase() === 'false');
  return !condition.ifExists && !isNegated(condition) && condition.qualifier !== 'ForAllValues';
}

/** The values that are texts whose content is known. */
export function textNodes({ values }: ConditionView): readonly StringNode[] {
  return knownTexts(values);
}

/** The values as text: JSON booleans and numbers are legal. */
export function valueTexts({ values }: ConditionView): readonly string[] {
  return values.flatMap((node) =>
    node.type === 'string' && node.opaque !== true
      ? [node.value]
      : node.type === 'number' || node.type === 'boolean'
        ? [String(node.value)]
        : [],
  );
}

/** Whether a value is an expression of the template, which may be anything. */
export function hasUnknownValue({ values }: ConditionView): boolean {
  return values.some((node) => node.type === 'string' && node.opaque === true);
}
