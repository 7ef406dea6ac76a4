import * as pulumi from '@pulumi/pulumi';
import type { Problem } from '../model/errors.ts';

/** The form of a resource input: what is not described here is refused, so that nothing a program declares is ever ignored. */
export type Shape =
  | { readonly kind: 'string' | 'boolean' | 'number' }
  | { readonly kind: 'list' | 'map'; readonly of: Shape }
  | { readonly kind: 'object'; readonly fields: Readonly<Record<string, Shape>>; readonly required: readonly string[] };

export const text: Shape = { kind: 'string' };
export const flag: Shape = { kind: 'boolean' };
export const count: Shape = { kind: 'number' };
export const textMap: Shape = { kind: 'map', of: text };

/** A list of one shape. */
export function listOf(of: Shape): Shape {
  return { kind: 'list', of };
}

/** An object with these fields only; `required` names those that must be there. */
export function object(fields: Readonly<Record<string, Shape>>, required: readonly string[] = []): Shape {
  return { kind: 'object', fields, required };
}

/**
 * Everything in `value` that `shape` does not allow, with the path of the place (`rules[0].filter.prefix`). Empty when all is known.
 * A value that is not known yet, which only a preview has, fits every shape.
 */
export function misfits(shape: Shape, value: unknown, path: string): readonly Problem[] {
  if (value === pulumi.runtime.unknownValue) return [];
  switch (shape.kind) {
    case 'list':
      if (!Array.isArray(value)) return [wrongKind(path, value, 'a list')];
      return value.flatMap((item, index) => misfits(shape.of, item, `${path}[${index}]`));
    case 'map':
      if (!isRecord(value)) return [wrongKind(path, value, 'a map')];
      return Object.entries(value).flatMap(([key, item]) => misfits(shape.of, item, join(path, key)));
    case 'object':
      if (!isRecord(value)) return [wrongKind(path, value, 'an object')];
      return [
        ...shape.required
          .filter((key) => value[key] === undefined || value[key] === null)
          .map((key) => ({ field: join(path, key), rule: 'is required' })),
        ...Object.entries(value).flatMap(([key, item]) => fieldMisfits(shape.fields, key, item, path)),
      ];
    default:
      return typeof value === shape.kind ? [] : [wrongKind(path, value, `a ${shape.kind}`)];
  }
}

/** Whether a value is an object with members, neither a list nor null. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fieldMisfits(
  fields: Readonly<Record<string, Shape>>,
  key: string,
  value: unknown,
  path: string,
): readonly Problem[] {
  const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
  if (field === undefined) return [{ field: join(path, key), rule: 'is not an input that the resource mapping knows' }];
  return value === undefined || value === null ? [] : misfits(field, value, join(path, key));
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function wrongKind(path: string, value: unknown, wanted: string): Problem {
  return { field: path, rule: `must be ${wanted}, not ${Array.isArray(value) ? 'a list' : typeof value}` };
}
