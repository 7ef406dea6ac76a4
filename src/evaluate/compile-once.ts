import { isJsonObject, type JsonObject, type JsonValue, type PolicyKind } from '../model/policy.ts';
import { compilePolicy } from './compile.ts';
import type { CompiledPolicy } from './types.ts';

const compiled = new WeakMap<JsonObject, Map<string, CompiledPolicy>>();

/** As `compilePolicy`, for who asks about the same document again and again: it is compiled once as long as it is there. */
export function compileOnce(
  document: JsonValue,
  options: { readonly name: string; readonly kind: PolicyKind },
): CompiledPolicy {
  if (!isJsonObject(document)) return compilePolicy(document, options);
  const known = compiled.get(document) ?? new Map<string, CompiledPolicy>();
  compiled.set(document, known);
  const key = `${options.kind} ${options.name}`;
  const policy = known.get(key) ?? compilePolicy(document, options);
  known.set(key, policy);
  return policy;
}
