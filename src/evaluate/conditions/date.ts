import { type Operator, operators } from './operator.ts';

/**
 * Date operators: ISO 8601 in the forms of the W3C note, or seconds since 1970.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Date
 * https://www.w3.org/TR/NOTE-datetime
 */
const EPOCH = /^-?\d{1,13}(?:\.\d{1,9})?$/;
const ISO = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d))?)?)?$/;

function minutesOfZone(zone: string): number {
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  return zone.startsWith('-') ? -minutes : minutes;
}

/** Seconds since 1970; `undefined` for a text that is no date. A year alone (four digits) is a year, not seconds. */
function readDate(text: string): number | undefined {
  const match = ISO.exec(text);
  if (match === null) return EPOCH.test(text) ? Number(text) : undefined;
  const [year, month, day, hour, minute, second] = match
    .slice(1, 7)
    .map((part: string | undefined, index) =>
      part === undefined ? (index === 1 || index === 2 ? 1 : 0) : Number(part),
    );
  const date = new Date(0);
  date.setUTCFullYear(year ?? 0, (month ?? 1) - 1, day ?? 1);
  // A day that the month does not have lands in another month.
  if (date.getUTCMonth() !== (month ?? 1) - 1) return undefined;
  if ((hour ?? 0) > 23 || (minute ?? 0) > 59 || (second ?? 0) > 60) return undefined;
  const clock = (hour ?? 0) * 3600 + (minute ?? 0) * 60 + (second ?? 0) + Number(`0.${match[7] ?? 0}`);
  return date.getTime() / 1000 + clock - minutesOfZone(match[8] ?? 'Z') * 60;
}

function date(holds: (difference: number) => boolean, name: string, negation?: string): readonly Operator[] {
  return operators(
    (value) => {
      const wanted = readDate(value);
      if (wanted === undefined) return undefined;
      return (given) => {
        const time = readDate(given);
        return time !== undefined && holds(time - wanted);
      };
    },
    name,
    negation,
  );
}

export const DATE_OPERATORS: readonly Operator[] = [
  ...date((difference) => difference === 0, 'DateEquals', 'DateNotEquals'),
  ...date((difference) => difference < 0, 'DateLessThan'),
  ...date((difference) => difference <= 0, 'DateLessThanEquals'),
  ...date((difference) => difference > 0, 'DateGreaterThan'),
  ...date((difference) => difference >= 0, 'DateGreaterThanEquals'),
];
