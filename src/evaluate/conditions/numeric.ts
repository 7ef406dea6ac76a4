import { type Operator, operators } from './operator.ts';

/**
 * Numeric operators: integers and decimals, compared as numbers.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Numeric
 */
const NUMBER = /^([+-]?)(\d{1,100})(?:\.(\d{1,100}))?$/;

interface Decimal {
  readonly negative: boolean;
  readonly integer: string;
  readonly fraction: string;
}

/** Reads a number without rounding it: sizes in bytes may exceed what a double holds. */
function readDecimal(text: string): Decimal | undefined {
  const match = NUMBER.exec(text);
  if (match === null) return undefined;
  const integer = (match[2] ?? '').replace(/^0+/, '');
  const fraction = (match[3] ?? '').replace(/0+$/, '');
  return { negative: match[1] === '-' && (integer !== '' || fraction !== ''), integer, fraction };
}

function compareSize(a: Decimal, b: Decimal): number {
  if (a.integer.length !== b.integer.length) return a.integer.length - b.integer.length;
  if (a.integer !== b.integer) return a.integer < b.integer ? -1 : 1;
  if (a.fraction === b.fraction) return 0;
  return a.fraction < b.fraction ? -1 : 1;
}

function compare(a: Decimal, b: Decimal): number {
  if (a.negative !== b.negative) return a.negative ? -1 : 1;
  return a.negative ? compareSize(b, a) : compareSize(a, b);
}

function numeric(holds: (order: number) => boolean, name: string, negation?: string): readonly Operator[] {
  return operators(
    (value) => {
      const wanted = readDecimal(value);
      if (wanted === undefined) return undefined;
      return (given) => {
        const number = readDecimal(given);
        return number !== undefined && holds(compare(number, wanted));
      };
    },
    name,
    negation,
  );
}

export const NUMERIC_OPERATORS: readonly Operator[] = [
  ...numeric((order) => order === 0, 'NumericEquals', 'NumericNotEquals'),
  ...numeric((order) => order < 0, 'NumericLessThan'),
  ...numeric((order) => order <= 0, 'NumericLessThanEquals'),
  ...numeric((order) => order > 0, 'NumericGreaterThan'),
  ...numeric((order) => order >= 0, 'NumericGreaterThanEquals'),
];
