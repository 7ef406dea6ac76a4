import { itemsOf, type JsonNode, memberOf, memberValue, toValue } from '../documents/json-node.ts';
import { bracketRegion } from '../documents/json-scan.ts';
import { readJsonText } from '../documents/read-json.ts';
import type { JsonValue, PolicyStatement } from '../model/policy.ts';

/** A statement that some run of the verifier added to a trust policy. */
export interface TemporaryStatement {
  readonly sid: string;
  readonly runId: string;
  /** When it stops to allow anything, in milliseconds since 1970; `undefined` where it does not say so. */
  readonly expires: number | undefined;
}

/** A trust policy has 2,048 characters, by request some more; IAM does not count white space. */
const MAX_TEXT = 65_536;
const SID = /^ChannelMixVerify([0-9a-f]{32})$/;

/**
 * Adds a statement at the end of a policy's text. Everything else stays as it is, byte for byte.
 *
 * @returns `undefined` when the text is no policy document
 */
export function addStatement(text: string, statement: PolicyStatement): string | undefined {
  const list = statementNode(text);
  if (list === undefined) return undefined;
  const added = JSON.stringify(statement);
  const last = list.type === 'array' ? list.items.at(-1) : undefined;
  if (list.type === 'object') {
    return `${text.slice(0, list.start)}[${text.slice(list.start, list.end)},${added}]${text.slice(list.end)}`;
  }
  const at = last?.end ?? list.start + 1;
  return `${text.slice(0, at)}${last === undefined ? '' : ','}${added}${text.slice(at)}`;
}

/**
 * Takes temporary statements out of a policy's text. Everything else stays as it is, byte for byte.
 *
 * @param original the text before any run added one: where only the brackets around a single statement remain, it comes back
 * @returns `undefined` when the text is no policy document, or would have no statement any more
 */
export function removeStatements(
  text: string,
  isGone: (sid: string) => boolean,
  original?: string,
): string | undefined {
  let rest = text;
  for (;;) {
    const list = statementNode(rest);
    if (list === undefined) return undefined;
    const items = itemsOf(list);
    const index = items.findIndex((item) => isTemporary(item, isGone));
    if (index === -1) return original !== undefined && rest === bracketed(original) ? original : rest;
    const [item, before, after] = [items[index], items[index - 1], items[index + 1]];
    if (item === undefined || (before === undefined && after === undefined)) return undefined;
    const start = before?.end ?? item.start;
    const end = before === undefined ? (after?.start ?? item.end) : item.end;
    rest = rest.slice(0, start) + rest.slice(end);
  }
}

/** The temporary statements in a policy's text. */
export function temporaryStatements(text: string): readonly TemporaryStatement[] {
  return itemsOf(statementNode(text)).flatMap((item) => {
    const sid = sidOf(item);
    const runId = SID.exec(sid)?.[1];
    return runId === undefined ? [] : [{ sid, runId, expires: expiryOf(item) }];
  });
}

/** A policy's value; `undefined` when the text is no policy document. */
export function trustValue(text: string): JsonValue | undefined {
  const root = rootNode(text);
  return root === undefined ? undefined : toValue(root);
}

function isTemporary(item: JsonNode, isGone: (sid: string) => boolean): boolean {
  const sid = sidOf(item);
  return SID.test(sid) && isGone(sid);
}

function sidOf(item: JsonNode): string {
  const sid = memberValue(item, 'Sid');
  return sid?.type === 'string' ? sid.value : '';
}

function expiryOf(item: JsonNode): number | undefined {
  const date = memberValue(memberValue(memberValue(item, 'Condition'), 'DateLessThan'), 'aws:CurrentTime');
  const time = date?.type === 'string' ? Date.parse(date.value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** The text with its single statement in a list, as `addStatement` leaves it. */
function bracketed(text: string): string {
  const list = statementNode(text);
  if (list?.type !== 'object') return text;
  return `${text.slice(0, list.start)}[${text.slice(list.start, list.end)}]${text.slice(list.end)}`;
}

function statementNode(text: string) {
  const node = memberOf(rootNode(text), 'Statement')?.value;
  return node?.type === 'array' || node?.type === 'object' ? node : undefined;
}

function rootNode(text: string): JsonNode | undefined {
  if (text.length > MAX_TEXT) return undefined;
  const start = text.indexOf('{');
  if (start === -1 || bracketRegion(text, start).tooDeepAt !== undefined) return undefined;
  const { root, remarks } = readJsonText(text, 0);
  return remarks.length > 0 ? undefined : root;
}
