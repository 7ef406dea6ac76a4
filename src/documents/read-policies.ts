import { type FoundDocument, findDocuments, NOTHING_FOUND } from './find-policies.ts';
import { itemsOf, type JsonNode, memberValue } from './json-node.ts';
import { MAX_DOCUMENTS, MAX_STATEMENTS, sizeRemark } from './limits.ts';
import { lineIndex } from './line-index.ts';
import { guessKind } from './policy-kind.ts';
import type { DocumentKind, PolicySource, Remark } from './policy-source.ts';

/** What is known of a text before it is read. */
export interface ReadOptions {
  /** The file's name; its ending decides where the text does not. */
  readonly path: string;
  /** The kind of its documents; by default it is guessed. */
  readonly kind?: DocumentKind;
}

/**
 * Reads every policy document of a text: JSON with what people leave in it, YAML and JSON templates, Terraform, Markdown, mail.
 * Never throws for text: what is wrong with it is in the remarks. At least one source comes back; its root is `undefined` when
 * there is nothing that can be read.
 */
export function readPolicies(text: string, options: ReadOptions): readonly PolicySource[] {
  const locate = lineIndex(text);
  const tooLarge = sizeRemark(text);
  const found = tooLarge === undefined ? findDocuments(text, options.path) : [nothing(text, tooLarge)];
  const documents = found.length > 0 ? limited(found) : [nothing(text, noPolicy())];
  return documents.map((document, index): PolicySource => {
    const { root, span, syntax } = document;
    const mark = index === 0 ? byteOrderMark(text) : [];
    const shape = root === undefined || root.type === 'object' ? [] : [notAnObject(root)];
    const more = tooManyStatements(root);
    const remarks = [...mark, ...document.remarks, ...shape, ...more];
    return {
      path: options.path,
      text,
      span: { start: span.start, end: span.end },
      syntax,
      kind: options.kind ?? guessKind(root, document.container),
      kindIs: options.kind === undefined ? 'guessed' : 'given',
      root,
      hasUnknown: more.length > 0 || remarks.some((remark) => remark.code === 'not-understood'),
      remarks,
      locate,
    };
  });
}

function tooManyStatements(root: JsonNode | undefined): readonly Remark[] {
  const next = itemsOf(memberValue(root, 'Statement'))[MAX_STATEMENTS];
  if (next === undefined) return [];
  const detail = `the document has more than ${MAX_STATEMENTS} statements; the others are not checked`;
  return [{ code: 'input-limit', start: next.start, end: next.start + 1, node: next, detail }];
}

/** The first documents of a text, and a remark about the rest. */
function limited(found: readonly FoundDocument[]): readonly FoundDocument[] {
  const next = found[MAX_DOCUMENTS];
  if (next === undefined) return found;
  const detail = `the text has more than ${MAX_DOCUMENTS} documents; the others are not checked`;
  const remark: Remark = { code: 'input-limit', start: next.span.start, end: next.span.start + 1, detail };
  return [...found.slice(0, MAX_DOCUMENTS), { ...next, root: undefined, remarks: [remark] }];
}

function nothing(text: string, remark: Remark): FoundDocument {
  return { root: undefined, span: { start: 0, end: text.length }, syntax: 'json', container: '', remarks: [remark] };
}

function noPolicy(): Remark {
  return { code: 'syntax-error', start: 0, end: 0, detail: NOTHING_FOUND };
}

function byteOrderMark(text: string): readonly Remark[] {
  if (!text.startsWith('\uFEFF')) return [];
  const explanation = 'removes the byte order mark at the start of the file';
  const fix = { explanation, edits: [{ start: 0, end: 1, text: '' }] };
  return [{ code: 'byte-order-mark', start: 0, end: 1, detail: 'U+FEFF, a byte order mark', fix }];
}

function notAnObject(root: JsonNode): Remark {
  const detail = `a policy document is an object in braces, and this is a ${root.type === 'array' ? 'list' : root.type}`;
  return { code: 'syntax-error', start: root.start, end: root.start + 1, node: root, detail };
}
