import { compilePolicy } from '../../evaluate/index.ts';
import type { CompiledPolicy } from '../../evaluate/types.ts';
import type { JsonValue, PolicyKind } from '../../model/policy.ts';

/** Documents are compiled when they are first evaluated, and kept as long as the record that holds them. */
const compiled = new Map<PolicyKind, WeakMap<object, CompiledPolicy>>();

function cacheOf(kind: PolicyKind): WeakMap<object, CompiledPolicy> {
  const known = compiled.get(kind);
  if (known !== undefined) return known;
  const cache = new WeakMap<object, CompiledPolicy>();
  compiled.set(kind, cache);
  return cache;
}

/** The compiled form of a record's document; compiled once for each record and kind. */
export function compiledRecord(record: { readonly document: string }, name: string, kind: PolicyKind): CompiledPolicy {
  const cache = cacheOf(kind);
  const known = cache.get(record);
  if (known !== undefined) return known;
  const policy = compileText(record.document, name, kind);
  cache.set(record, policy);
  return policy;
}

/** Compiles the text of a document that was validated when it was stored. */
export function compileText(document: string, name: string, kind: PolicyKind): CompiledPolicy {
  return compileDocument(JSON.parse(document), name, kind);
}

/** Compiles a document. `name` is what a decision calls it. */
export function compileDocument(document: JsonValue, name: string, kind: PolicyKind): CompiledPolicy {
  return compilePolicy(document, { name, kind });
}
