import { type Operator, operators } from './operator.ts';
import { exactText } from './string.ts';

/**
 * Bool. The page on variables names it among the operators that take them.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Boolean
 */
export const BOOL_OPERATORS: readonly Operator[] = operators((value, { variables }) => {
  const text = exactText(value, variables);
  if (text === undefined) return undefined;
  if ('fixed' in text) {
    const wanted = text.fixed.toLowerCase();
    if (wanted !== 'true' && wanted !== 'false') return undefined;
    return (given) => given.toLowerCase() === wanted;
  }
  return (given, request) => {
    const units = text.resolve(request);
    return units !== undefined && String.fromCharCode(...units).toLowerCase() === given.toLowerCase();
  };
}, 'Bool');
