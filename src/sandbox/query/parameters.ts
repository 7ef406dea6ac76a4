import { AwsError } from '../contract.ts';

/** The parameters of a request to a query service. Names are case-sensitive; of one that is given twice the last counts. */
export interface Parameters {
  readonly get: (name: string) => string | undefined;
  /** A parameter that validation has made sure of. */
  readonly need: (name: string) => string;
  /** A number that validation has made sure of. */
  readonly int: (name: string) => number | undefined;
  /** `NAME.member.1`, `NAME.member.2`, … in their order. */
  readonly list: (name: string) => readonly string[];
  /** `NAME.member.1.Field`, … in their order. */
  readonly records: (name: string) => readonly Parameters[];
}

const MAX_MEMBERS = 1000;

/** Parameters of form text, decoded by `URLSearchParams`. */
export function parseForm(text: string): Parameters {
  return fromMap(new Map(new URLSearchParams(text)));
}

/** Parameters by their names on the wire (`Tags.member.1.Key`). */
export function fromMap(values: ReadonlyMap<string, string>): Parameters {
  const get = (name: string): string | undefined => values.get(name);
  return {
    get,
    need: (name) => {
      const value = values.get(name);
      if (value === undefined)
        throw validationError([
          `Value null at '${memberName(name)}' failed to satisfy constraint: Member must not be null`,
        ]);
      return value;
    },
    int: (name) => {
      const value = values.get(name);
      return value === undefined ? undefined : Number(value);
    },
    list: (name) => {
      const members: string[] = [];
      for (let index = 1; index <= MAX_MEMBERS; index += 1) {
        const value = values.get(`${name}.member.${index}`);
        if (value === undefined) break;
        members.push(value);
      }
      return members;
    },
    records: (name) => {
      const byIndex = new Map<number, Map<string, string>>();
      const prefix = `${name}.member.`;
      for (const [key, value] of values) {
        if (!key.startsWith(prefix)) continue;
        const match = /^(\d{1,4})\.(.+)$/.exec(key.slice(prefix.length));
        if (match === null) continue;
        const index = Number(match[1]);
        const fields = byIndex.get(index) ?? new Map<string, string>();
        fields.set(match[2] ?? '', value);
        byIndex.set(index, fields);
      }
      return [...byIndex.entries()].sort(([a], [b]) => a - b).map(([, fields]) => fromMap(fields));
    },
  };
}

/** What a parameter has to be. `name` is as in the API (`RoleName`). */
export interface ParameterRule {
  readonly name: string;
  readonly required?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
  /** AWS's own sentence for a value that does not fit the pattern, where it has one. */
  readonly sentence?: string;
  /** A whole number; `min` and `max` are its bounds. */
  readonly integer?: boolean;
  readonly oneOf?: readonly string[];
}

/** `RoleName` as the error texts have it: `roleName`. */
function memberName(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** A ValidationError with its errors counted, as AWS words it. */
export function validationError(errors: readonly string[]): AwsError {
  const count = errors.length === 1 ? '1 validation error' : `${errors.length} validation errors`;
  return new AwsError('ValidationError', 400, `${count} detected: ${errors.join('; ')}`);
}

function problemOf(rule: ParameterRule, value: string): string | undefined {
  const { min, max, pattern, oneOf } = rule;
  const size = rule.integer === true ? Number(value) : [...value].length;
  const kind = rule.integer === true ? 'value' : 'length';
  if (rule.integer === true && !/^-?\d{1,15}$/.test(value)) return 'Member must be an integer';
  if (min !== undefined && size < min) return `Member must have ${kind} greater than or equal to ${min}`;
  if (max !== undefined && size > max) return `Member must have ${kind} less than or equal to ${max}`;
  if (oneOf !== undefined && !oneOf.includes(value)) return `Member must satisfy enum value set: [${oneOf.join(', ')}]`;
  if (pattern !== undefined && !pattern.test(value)) {
    return `Member must satisfy regular expression pattern: ${pattern.source.replace(/^\^(?:\(\?:)?|\)?\$$/g, '')}`;
  }
  return undefined;
}

/** Checks parameters by rules. Throws ValidationError in AWS's words, all violations at once. */
export function validate(parameters: Parameters, rules: readonly ParameterRule[]): void {
  const errors: string[] = [];
  for (const rule of rules) {
    const value = parameters.get(rule.name);
    const at = `at '${memberName(rule.name)}' failed to satisfy constraint:`;
    if (value === undefined) {
      if (rule.required === true) errors.push(`Value null ${at} Member must not be null`);
      continue;
    }
    if (rule.sentence !== undefined && rule.pattern !== undefined && value !== '' && !rule.pattern.test(value)) {
      throw new AwsError(
        'ValidationError',
        400,
        `The specified value for ${memberName(rule.name)} is invalid. ${rule.sentence}`,
      );
    }
    const problem = problemOf(rule, value);
    if (problem !== undefined) errors.push(`Value '${value.slice(0, 200)}' ${at} ${problem}`);
  }
  if (errors.length > 0) throw validationError(errors);
}
