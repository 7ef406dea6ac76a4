import type { Problem } from '../model/errors.ts';
import { suggest } from '../model/suggest.ts';
import type { SchemaError } from './validators.generated.js';

/** How problems of a document are told. */
export interface ProblemWords {
  /** What the user would look for: `--bucket`, `fleet.yaml:3:5 bucket`. */
  readonly label: (path: readonly string[]) => string;
  /** The keys that are known at this place. */
  readonly keysAt: (path: readonly string[]) => readonly string[];
  /** What the whole document must be. */
  readonly whole: string;
}

/** A failure of a compiled schema in the kit's words, with the nearest right word. */
export function schemaProblem(error: SchemaError, input: unknown, words: ProblemWords): Problem {
  const { label } = words;
  const path = schemaPath(error);
  const value = valueAt(input, path);
  const shown = value === undefined || typeof value === 'object' ? {} : { value: String(value).slice(0, 100) };
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(error.params.additionalProperty);
      const known = words.keysAt(path);
      const near = suggest(key, known);
      const rule =
        near === undefined
          ? `is not a known key; known are ${known.join(', ')}`
          : `is not a known key; did you mean "${near}"?`;
      return { field: label([...path, key]), rule };
    }
    case 'enum': {
      const allowed = (error.params.allowedValues as readonly unknown[]).map(String);
      const near = typeof value === 'string' ? suggest(value, allowed) : undefined;
      const hint = near === undefined ? '' : `; did you mean "${near}"?`;
      return { field: label(path), ...shown, rule: `must be one of ${allowed.join(', ')}${hint}` };
    }
    case 'type': {
      if (path.length === 0) return { field: 'the document', rule: words.whole };
      const type = String(error.params.type);
      return { field: label(path), ...shown, rule: `must be ${TYPE_WORDS[type] ?? type}${typeHint(type, value)}` };
    }
    case 'minItems':
      return { field: label(path), rule: 'must name at least one' };
    case 'required':
      return { field: label([...path, String(error.params.missingProperty)]), rule: 'is missing' };
    default:
      return { field: label(path), ...shown, rule: error.message ?? error.keyword };
  }
}

/** The place of a failure: `['buckets', '0', 'name']`. */
export function schemaPath(error: SchemaError): readonly string[] {
  return error.instancePath.split('/').slice(1).map(unescapePointer);
}

/** `['buckets', '0', 'name']` -> `buckets[0].name`. */
export function defaultLabel(path: readonly string[]): string {
  return path.map((part, index) => (/^\d+$/.test(part) ? `[${part}]` : index === 0 ? part : `.${part}`)).join('');
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys and values',
};

function typeHint(type: string, value: unknown): string {
  if (type === 'string' && typeof value === 'number') return '; put it in quotes';
  if (type === 'boolean' && typeof value === 'string') return ', without quotes';
  return '';
}

function valueAt(input: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, part) ? Reflect.get(value, part) : undefined,
    input,
  );
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}
