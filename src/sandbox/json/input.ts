import type { JsonValue } from '../../model/policy.ts';
import { AwsError } from '../contract.ts';

/** The members of a request in JSON, with the types that their names ask for. */
export interface Input {
  readonly text: (name: string) => string | undefined;
  /** Throws ValidationException when it is not there. */
  readonly need: (name: string) => string;
  readonly flag: (name: string) => boolean;
  readonly int: (name: string, bounds: { readonly min: number; readonly max: number }) => number | undefined;
  readonly texts: (name: string) => readonly string[];
  readonly records: (name: string) => readonly Input[];
  readonly raw: (name: string) => JsonValue | undefined;
}

/** A ValidationException in AWS's words. */
export function validationException(member: string, problem: string): AwsError {
  const name = member.charAt(0).toLowerCase() + member.slice(1);
  return new AwsError(
    'ValidationException',
    400,
    `1 validation error detected: Value at '${name}' failed to satisfy constraint: ${problem}`,
  );
}

function wrongType(name: string): AwsError {
  return new AwsError('SerializationException', 400, `The member ${name} has another type.`);
}

/** Reads the members of an object. Throws SerializationException for what is no object, and at members of another type. */
export function createInput(value: JsonValue): Input {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AwsError('SerializationException', 400, 'The request body is not an object.');
  }
  const members = value as { readonly [name: string]: JsonValue };
  const raw = (name: string): JsonValue | undefined => {
    const found = Object.hasOwn(members, name) ? members[name] : undefined;
    return found === null ? undefined : found;
  };
  const text = (name: string): string | undefined => {
    const found = raw(name);
    if (found !== undefined && typeof found !== 'string') throw wrongType(name);
    return found;
  };
  const list = (name: string): readonly JsonValue[] => {
    const found = raw(name) ?? [];
    if (!Array.isArray(found)) throw wrongType(name);
    return found;
  };
  return {
    raw,
    text,
    need: (name) => {
      const found = text(name);
      if (found === undefined || found === '') throw validationException(name, 'Member must not be null');
      return found;
    },
    flag: (name) => {
      const found = raw(name) ?? false;
      if (typeof found !== 'boolean') throw wrongType(name);
      return found;
    },
    int: (name, { min, max }) => {
      const found = raw(name);
      if (found === undefined) return undefined;
      if (typeof found !== 'number' || !Number.isInteger(found)) throw wrongType(name);
      if (found < min) throw validationException(name, `Member must have value greater than or equal to ${min}`);
      if (found > max) throw validationException(name, `Member must have value less than or equal to ${max}`);
      return found;
    },
    texts: (name) =>
      list(name).map((item) => {
        if (typeof item !== 'string') throw wrongType(name);
        return item;
      }),
    records: (name) => list(name).map(createInput),
  };
}

/** One page of a list: `limit` entries from where `marker` says. Throws `invalid` for a marker that is not one. */
export function pageAt<T>(
  items: readonly T[],
  limit: number,
  marker: string | undefined,
  invalid: () => AwsError,
): { readonly page: readonly T[]; readonly next: string | undefined } {
  const start = marker === undefined ? 0 : readMarker(marker, invalid);
  const page = items.slice(start, start + limit);
  const end = start + limit;
  return { page, next: end < items.length ? Buffer.from(`from:${end}`).toString('base64url') : undefined };
}

function readMarker(marker: string, invalid: () => AwsError): number {
  const match = /^from:(\d{1,9})$/.exec(Buffer.from(marker, 'base64url').toString());
  if (match === null) throw invalid();
  return Number(match[1]);
}
