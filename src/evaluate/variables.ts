import { compileUnits, type Glob, literalUnits, patternUnits } from '../model/wildcard.ts';
import { contextValues, type PreparedRequest } from './request.ts';
import { lowerCase } from './text.ts';

/**
 * Policy variables. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 *
 * A template is the text of a policy value cut into parts: units of text (wildcards already marked) and variables.
 */
type Part =
  | { readonly units: readonly number[] }
  | { readonly key: string; readonly lowerCaseKey: string; readonly fallback?: string };

/** How the text of a template is read. */
export interface TemplateRules {
  /** Variables exist only in documents of Version 2012-10-17. */
  readonly variables: boolean;
  readonly wildcards: boolean;
}

/** A policy value, ready to be resolved against a request. */
export interface Template {
  /** Units when no variable is left; otherwise they depend on the request. */
  readonly fixed: readonly number[] | undefined;
  /** Units for one request; `undefined` when a variable has no value there and no default. */
  readonly resolve: (request: PreparedRequest) => readonly number[] | undefined;
}

const SPECIAL = new Set(['*', '?', '$']);

function parseVariable(body: string): Part | undefined {
  if (SPECIAL.has(body)) return { units: literalUnits(body) };
  const comma = body.indexOf(',');
  const key = comma < 0 ? body : body.slice(0, comma);
  if (key === '' || key.includes(' ') || key.includes('$') || key.includes('{')) return undefined;
  const lowerCaseKey = lowerCase(key);
  if (comma < 0) return { key, lowerCaseKey };
  const rest = body.slice(comma);
  if (rest.length < 4 || !rest.startsWith(", '") || !rest.endsWith("'")) return undefined;
  return { key, lowerCaseKey, fallback: rest.slice(3, -1) };
}

function parseParts(text: string, rules: TemplateRules): readonly Part[] | undefined {
  const units = rules.wildcards ? patternUnits : literalUnits;
  if (!rules.variables) return [{ units: units(text) }];
  const parts: Part[] = [];
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('${', at);
    if (open < 0) break;
    const close = text.indexOf('}', open);
    if (close < 0) return undefined;
    const part = parseVariable(text.slice(open + 2, close));
    if (part === undefined) return undefined;
    if (open > at) parts.push({ units: units(text.slice(at, open)) });
    parts.push(part);
    at = close + 1;
  }
  if (at < text.length) parts.push({ units: units(text.slice(at)) });
  return parts;
}

/** Reads a policy value; `undefined` when a variable in it is malformed (no closing brace, no name, spaces, no quotes around the default). */
export function parseTemplate(text: string, rules: TemplateRules): Template | undefined {
  const parts = parseParts(text, rules);
  if (parts === undefined) return undefined;
  const [first] = parts;
  if (parts.length === 1 && first !== undefined && 'units' in first) {
    const { units } = first;
    return { fixed: units, resolve: () => units };
  }
  if (parts.every((part) => 'units' in part)) {
    const fixed = parts.flatMap((part) => ('units' in part ? part.units : []));
    return { fixed, resolve: () => fixed };
  }
  return { fixed: undefined, resolve: (request) => resolveParts(parts, request) };
}

/** The value that a variable brings is text: a `*` in it is a star, not a wildcard. A key with several values is no variable. */
function resolveParts(parts: readonly Part[], request: PreparedRequest): readonly number[] | undefined {
  const units: number[] = [];
  for (const part of parts) {
    if ('units' in part) {
      for (const unit of part.units) units.push(unit);
      continue;
    }
    const values = contextValues(request, part.lowerCaseKey, part.key);
    const value = values?.length === 1 ? values[0] : undefined;
    const text = value ?? part.fallback;
    if (text === undefined) return undefined;
    for (const unit of literalUnits(text)) units.push(unit);
  }
  return units;
}

/** A matcher for a template; nothing matches while a variable is unresolved. */
export function templateGlob(template: Template): (text: string, request: PreparedRequest) => boolean {
  if (template.fixed !== undefined) {
    const glob: Glob = compileUnits(template.fixed);
    return (text) => glob(text);
  }
  return (text, request) => {
    const units = template.resolve(request);
    return units !== undefined && compileUnits(units)(text);
  };
}
