import type { RequestContext } from '../model/decision.ts';
import { type Caller, derivedKey, parseCaller } from './caller.ts';
import { lowerCase } from './text.ts';
import type { AuthorizationRequest } from './types.ts';

/** A request while it is being decided: what is derived from it once, and what was noticed on the way. */
export interface PreparedRequest {
  readonly caller: Caller;
  /** In lower case. */
  readonly action: string;
  readonly resource: string;
  readonly resourceAccount: string;
  /** Its context is asked for when a key is: who decides many requests need not put one together for policies without conditions. */
  readonly source: AuthorizationRequest;
  /** The caller has a permissions boundary. */
  readonly bounded: boolean;
  /** The context by lower-case key; made when the first key is asked for. */
  index: Map<string, readonly string[]> | undefined;
  /** Keys that were asked for in vain: lower case -> as the document spells it. */
  missing: Map<string, string> | undefined;
  /** Elements that would have mattered but are not known. */
  unknown: Set<string> | undefined;
}

/** The request with its caller parsed and its action in lower case. */
export function prepareRequest(request: AuthorizationRequest, bounded: boolean): PreparedRequest {
  const caller = parseCaller(request.principal);
  return {
    caller,
    action: lowerCase(request.action),
    resource: request.resource,
    resourceAccount: request.resourceAccount ?? (accountOf(request.resource) || caller.account),
    source: request,
    bounded,
    index: undefined,
    missing: undefined,
    unknown: undefined,
  };
}

/** The fifth part of an ARN; empty when there is none. */
function accountOf(resource: string): string {
  if (!resource.startsWith('arn:')) return '';
  let at = 3;
  for (let part = 0; part < 3; part++) {
    at = resource.indexOf(':', at + 1);
    if (at < 0) return '';
  }
  const end = resource.indexOf(':', at + 1);
  return end < 0 ? '' : resource.slice(at + 1, end);
}

/** A context that comes from JSON may hold numbers and booleans. */
function listOf(value: string | readonly string[]): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.map(String) : [String(value)];
}

function indexContext(context: RequestContext): Map<string, readonly string[]> {
  const index = new Map<string, readonly string[]>();
  for (const key of Object.keys(context)) {
    const value = context[key];
    if (value !== undefined) index.set(lowerCase(key), listOf(value));
  }
  return index;
}

/** Values of a key that the context itself brings. */
export function givenValues(request: PreparedRequest, lowerCaseKey: string): readonly string[] | undefined {
  request.index ??= indexContext(request.source.context);
  return request.index.get(lowerCaseKey);
}

/** Values of a key, given or following from the principal; when there are none the key is noted as missing, as `spelled`. */
export function contextValues(
  request: PreparedRequest,
  lowerCaseKey: string,
  spelled: string,
): readonly string[] | undefined {
  if (request.index === undefined && Object.hasOwn(request.source.context, spelled)) {
    const value = request.source.context[spelled];
    if (value !== undefined) return listOf(value);
  }
  const given = givenValues(request, lowerCaseKey);
  if (given !== undefined) return given;
  const derived = derivedKey(request.caller, request.resourceAccount, lowerCaseKey);
  if (derived !== undefined) return [derived];
  request.missing ??= new Map();
  const before = request.missing.get(lowerCaseKey);
  if (before === undefined || spelled < before) request.missing.set(lowerCaseKey, spelled);
  return undefined;
}

/** Notes an element that would have mattered but is not known. */
export function noteUnknown(request: PreparedRequest, element: string): void {
  request.unknown ??= new Set();
  request.unknown.add(element);
}
