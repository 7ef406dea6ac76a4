import type { JsonNode, StringNode } from '../../documents/json-node.ts';
import type { Piece } from '../../model/access-documents.ts';
import { unknownFact } from './declared.ts';
import { unknownText } from './declared-policy.ts';
import { at, isUnknown, listIn, textOf } from './plan-text.ts';

/** Reads members of a declaration and remembers the first whose value is not known. */
export interface FactReader {
  readonly text: (node: JsonNode | undefined, ...path: readonly string[]) => string | undefined;
  readonly node: (node: JsonNode | undefined, ...path: readonly string[]) => JsonNode | undefined;
  readonly list: (node: JsonNode | undefined, ...names: readonly string[]) => readonly JsonNode[];
}

/** A fact of a bucket, or that a part of its declaration is not known. */
export function factOf<T>(what: string, action: string, read: (reader: FactReader) => T | undefined): Piece<T> {
  let unknown: StringNode | undefined;
  const noted = (node: JsonNode | undefined): JsonNode | undefined => {
    if (isUnknown(node)) unknown ??= node;
    return node;
  };
  const value = read({
    text: (node, ...path) => textOf(noted(at(node, ...path))),
    node: (node, ...path) => noted(at(node, ...path)),
    list: (node, ...names) => listIn(node, ...names).flatMap((item) => (isUnknown(noted(item)) ? [] : [item])),
  });
  if (unknown !== undefined) return unknownFact(what, action, unknownText(unknown));
  return value === undefined ? { state: 'absent' } : { state: 'read', value };
}

/** The only block of a kind: Terraform writes a list of one, Pulumi the block itself. */
export function block(node: JsonNode | undefined, ...names: readonly string[]): JsonNode | undefined {
  return listIn(node, ...names)[0];
}
