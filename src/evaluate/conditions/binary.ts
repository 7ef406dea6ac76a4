import { type Operator, operators } from './operator.ts';

/**
 * BinaryEquals: the bytes that the Base64 texts stand for.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_BinaryEquals
 */
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

function readBytes(text: string): string | undefined {
  return BASE64.test(text) && text.length % 4 === 0 ? atob(text) : undefined;
}

export const BINARY_OPERATORS: readonly Operator[] = operators((value) => {
  const wanted = readBytes(value);
  return wanted === undefined ? undefined : (given) => readBytes(given) === wanted;
}, 'BinaryEquals');
