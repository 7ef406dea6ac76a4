import { ANY_ONE, ANY_RUN, compileGlob, compileUnits, MAX_PATTERN, MAX_TEXT } from '../model/wildcard.ts';
import { noteUnknown, type PreparedRequest } from './request.ts';
import { lowerCase, shown } from './text.ts';
import { parseTemplate, type Template } from './variables.ts';

/** A matcher for the patterns of an Action or NotAction element; it takes the action in lower case. */
export function compileActions(patterns: readonly string[]): (lowerCaseAction: string) => boolean {
  const lower = patterns.map(lowerCase);
  const literals = lower.filter((pattern) => !isWild(pattern));
  const globs = lower.filter(isWild).map((pattern) => compileGlob(pattern));
  const [only] = literals;
  if (globs.length === 0 && literals.length === 1) return (action) => action === only;
  if (literals.length === 0 && globs.length === 1 && globs[0] !== undefined) return globs[0];
  const names = new Set(literals);
  if (globs.length === 0) return (action) => names.has(action);
  return (action) => names.has(action) || globs.some((glob) => glob(action));
}

function isWild(pattern: string): boolean {
  return pattern.includes('*') || pattern.includes('?');
}

/** One pattern of a Resource element: whether it matches, and, when it is not understood, its name. */
interface ResourcePattern {
  readonly test: (request: PreparedRequest) => boolean;
  readonly unknown?: string;
}

const COLON = 58;
const ALWAYS = (): boolean => true;

/** Cuts units at the first five colons; `undefined` when there are fewer. */
export function sixParts(units: readonly number[]): readonly (readonly number[])[] | undefined {
  const parts: number[][] = [];
  let start = 0;
  for (let at = 0; at < units.length && parts.length < 5; at++) {
    if (units[at] !== COLON) continue;
    parts.push(units.slice(start, at));
    start = at + 1;
  }
  if (parts.length < 5) return undefined;
  parts.push(units.slice(start));
  return parts;
}

/** Place of the colon after the first `count` parts; -1 when there are not as many. */
function colonAfter(text: string, count: number): number {
  let at = -1;
  for (let part = 0; part < count; part++) {
    at = text.indexOf(':', at + 1);
    if (at < 0) return -1;
  }
  return at;
}

/** A matcher that compares the six parts of an ARN one by one: a wildcard does not cross a colon before the last part. */
export function compileArnUnits(units: readonly number[]): ((text: string) => boolean) | undefined {
  const parts = sixParts(units);
  if (parts === undefined) return undefined;
  const head = parts.slice(0, 5);
  const tail = compileUnits(parts[5] ?? []);
  if (head.every((part) => part.every((unit) => unit >= 0))) {
    const prefix = head
      .map((part) => String.fromCharCode(...part))
      .join(':')
      .concat(':');
    return (text) => text.startsWith(prefix) && tail(text.slice(prefix.length));
  }
  const globs = head.map((part) => compileUnits(part));
  return (text) => {
    const end = colonAfter(text, 5);
    if (end < 0) return false;
    const texts = text.slice(0, end).split(':');
    return globs.every((glob, part) => glob(texts[part] ?? '')) && tail(text.slice(end + 1));
  };
}

function isEverything(units: readonly number[]): boolean {
  return units.length > 0 && units.every((unit) => unit === ANY_RUN);
}

/** IAM refuses a wildcard in the part of an ARN that names the service. */
function hasWildService(units: readonly number[]): boolean {
  const service = sixParts(units)?.[2];
  return service?.some((unit) => unit === ANY_RUN || unit === ANY_ONE) === true;
}

function fixedResource(units: readonly number[], name: string): ResourcePattern {
  if (isEverything(units)) return { test: ALWAYS };
  const arn = compileArnUnits(units);
  if (arn === undefined) return { test: (request) => compileUnits(units)(request.resource), unknown: name };
  const test = (request: PreparedRequest): boolean => arn(request.resource);
  return hasWildService(units) ? { test, unknown: name } : { test };
}

/** A variable without a value matches no resource; in the NotResource of an Allow that must not grant, so there it counts as excluded. */
function variableResource(template: Template, unresolvedMatches: boolean): ResourcePattern {
  return {
    test: (request) => {
      const units = template.resolve(request);
      return units === undefined ? unresolvedMatches : compileArnUnits(units)?.(request.resource) === true;
    },
  };
}

function compileResource(
  element: string,
  pattern: string,
  variables: boolean,
  unresolvedMatches: boolean,
): ResourcePattern {
  const name = `${element} ${shown(pattern)}`;
  if (pattern.length > MAX_PATTERN) return { test: ALWAYS, unknown: name };
  const template = parseTemplate(pattern, { variables, wildcards: true });
  if (template === undefined) return { test: ALWAYS, unknown: name };
  return template.fixed === undefined
    ? variableResource(template, unresolvedMatches)
    : fixedResource(template.fixed, name);
}

/**
 * A matcher for a Resource element, or, negated, a NotResource element. A pattern that is not understood (fewer than six parts, a
 * wildcard for the service, a malformed variable, too long) never helps an Allow and never spares from a Deny.
 */
export function compileResources(
  element: 'Resource' | 'NotResource',
  patterns: readonly string[],
  effect: 'Allow' | 'Deny',
  variables: boolean,
): (request: PreparedRequest) => boolean {
  const negated = element === 'NotResource';
  const excludes = negated && effect === 'Allow';
  const compiled = patterns.map((pattern) => compileResource(element, pattern, variables, excludes));
  const unknownMatches = (effect === 'Deny') !== negated;
  const matches = ({ test, unknown }: ResourcePattern, request: PreparedRequest): boolean => {
    if (!test(request)) return false;
    if (unknown === undefined) return true;
    noteUnknown(request, unknown);
    return unknownMatches;
  };
  const [first] = compiled;
  if (!negated && compiled.length === 1 && first !== undefined && first.unknown === undefined) return guard(first.test);
  return guard((request) => compiled.some((pattern) => matches(pattern, request)) !== negated);

  function guard(test: (request: PreparedRequest) => boolean): (request: PreparedRequest) => boolean {
    return (request) => (request.resource.length > MAX_TEXT ? effect === 'Deny' : test(request));
  }
}
