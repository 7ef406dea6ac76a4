import {
  itemsOf,
  type JsonNode,
  memberValue,
  pointerOf,
  type Span,
  type StringNode,
  toValue,
} from '../../documents/json-node.ts';
import { bracketRegion, skipTrivia } from '../../documents/json-scan.ts';
import { readJsonText } from '../../documents/read-json.ts';
import type { NamedPolicy, Piece } from '../../model/access-documents.ts';
import type { DocumentPlace } from '../../model/place.ts';
import { printable } from '../../model/printable.ts';
import { unknownFact } from './declared.ts';
import { firstUnknown, isUnknown, type PlanText } from './plan-text.ts';

/** How a policy is called, what it is for messages, and the action that reads it of AWS. */
export interface PolicyOf {
  readonly name: string;
  readonly what: string;
  readonly action: string;
}

/**
 * A policy document of a plan: an object, or its JSON as text. It is read whole or not at all. A document of which a part is not known could
 * allow or deny anything by that part, so that no answer of it would be one; only in an Id or Sid, which decide nothing, it does not matter.
 */
export function policyPiece(plan: PlanText, node: JsonNode | undefined, of: PolicyOf): Piece<NamedPolicy> {
  if (node === undefined || node.type === 'null') return { state: 'absent' };
  if (isUnknown(node)) return unknownFact(of.what, of.action, unknownText(node));
  if (node.type !== 'string') return fromNode(node, of, placeOf(plan, node, node, plan.region));
  if (node.value.trim() === '') return { state: 'absent' };
  return fromText(plan, node, of);
}

/** What is not known, and where it stands. */
export function unknownText(node: StringNode): string {
  return `${pointerOf(node)} is ${printable(node.value)}`;
}

function fromNode(node: JsonNode, { name, what, action }: PolicyOf, place: DocumentPlace): Piece<NamedPolicy> {
  const unknown = firstUnknown(node, (member) => member === 'Sid' || member === 'Id');
  if (unknown !== undefined) return unknownFact(what, action, unknownText(unknown));
  return { state: 'read', value: { name, document: toValue(node), place } };
}

function fromText(plan: PlanText, node: StringNode, of: PolicyOf): Piece<NamedPolicy> {
  const { value } = node;
  const where = pointerOf(node);
  const start = skipTrivia(value, 0);
  if (value[start] !== '{') return unknownFact(of.what, of.action, `the text at ${where} is no policy document`);
  if (bracketRegion(value, start).tooDeepAt !== undefined)
    return unknownFact(of.what, of.action, `the document at ${where} nests too deep`);
  const { root, remarks } = readJsonText(value, 0, 'kept');
  const mistake = remarks.find(({ code }) => code !== 'duplicate-key');
  if (root === undefined || mistake !== undefined)
    return unknownFact(of.what, of.action, `the text at ${where} is not JSON: ${mistake?.detail ?? 'it is empty'}`);
  const outer = outerOffsets(plan.text.slice(node.start, node.end), node);
  const region = (span: Span) =>
    plan.region({ start: outer(span.start), end: outer(Math.max(span.start, span.end - 1)) + 1 });
  return fromNode(root, of, placeOf(plan, node, root, region));
}

/** Where the characters of a JSON string's value stand in the file; for a string of another notation all are where it begins. */
function outerOffsets(raw: string, { start, end, value }: StringNode): (offset: number) => number {
  if (!raw.startsWith('"')) return () => start;
  const offsets: number[] = [];
  for (let at = 1; at < raw.length - 1; at++) {
    offsets.push(start + at);
    if (raw[at] === '\\') at += raw[at + 1] === 'u' ? 5 : 1;
  }
  return offsets.length === value.length ? (offset) => offsets[offset] ?? end : () => start;
}

function placeOf(plan: PlanText, whole: Span, root: JsonNode, region: PlanText['region']): DocumentPlace {
  const statements = itemsOf(memberValue(root, 'Statement')).map(region);
  return { path: plan.path, ...plan.region(whole), statements };
}
