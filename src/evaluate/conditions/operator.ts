import type { PreparedRequest } from '../request.ts';

/** Whether one value of the request matches any value of the policy. */
export type ValueTest = (value: string, request: PreparedRequest) => boolean;

/** How values of a condition are read. */
export interface ValueRules {
  /** Policy variables exist in the document's version. */
  readonly variables: boolean;
  /** Of the statement: what cannot be compared fails closed. */
  readonly effect: 'Allow' | 'Deny';
}

/** A condition operator without its qualifier (ForAllValues, ForAnyValue) and IfExists. */
export interface Operator {
  readonly name: string;
  /** Negated operators compare like their opposite; the answer is turned round, and a missing key makes them true. */
  readonly negated: boolean;
  /** The test, or the policy value that cannot be read. */
  readonly compile: (values: readonly string[], rules: ValueRules) => ValueTest | { readonly malformed: string };
}

/** A test of one policy value, or `undefined` when that value cannot be read. */
export type CompileValue = (value: string, rules: ValueRules) => ValueTest | undefined;

/** An operator, and its negation where it has one, from the test of one policy value. */
export function operators(compileValue: CompileValue, name: string, negation?: string): readonly Operator[] {
  const compile: Operator['compile'] = (values, rules) => {
    const tests: ValueTest[] = [];
    for (const value of values) {
      const test = compileValue(value, rules);
      if (test === undefined) return { malformed: value };
      tests.push(test);
    }
    const [first] = tests;
    if (tests.length === 1 && first !== undefined) return first;
    return (value, request) => tests.some((test) => test(value, request));
  };
  const positive: Operator = { name, negated: false, compile };
  return negation === undefined ? [positive] : [positive, { name: negation, negated: true, compile }];
}
