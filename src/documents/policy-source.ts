import type { JsonNode, Span } from './json-node.ts';

/** The kinds of document that lint tells apart. */
export type DocumentKind = 'identity' | 'trust' | 'bucket';

export const DOCUMENT_KINDS: readonly DocumentKind[] = ['identity', 'trust', 'bucket'];

/** How the document is written down; decides how an edit is. `string`: JSON as text within a JSON string, where no edit is made. */
export type Syntax = 'json' | 'yaml' | 'hcl' | 'string';

/**
 * What the parser has to say about a text, a closed set; each is told by the rule of that id.
 *
 * - `syntax-error`: cannot be read; the parser went on behind it
 * - `comment`, `trailing-comma`, `duplicate-key`, `smart-quotes`: read, but AWS refuses it
 * - `byte-order-mark`: the file begins with one
 * - `surrounding-text`: the document stands in other text (Markdown, e-mail, a template)
 * - `not-understood`: an expression whose value the file does not say (`!Ref`, `var.bucket`), or a text without a policy
 * - `input-limit`: larger or deeper than what is read
 */
export const REMARK_CODES = [
  'syntax-error',
  'comment',
  'trailing-comma',
  'duplicate-key',
  'smart-quotes',
  'byte-order-mark',
  'surrounding-text',
  'not-understood',
  'input-limit',
] as const;

export type RemarkCode = (typeof REMARK_CODES)[number];

/** One thing that the parser found. */
export interface Remark extends Span {
  readonly code: RemarkCode;
  /** What exactly, as the end of a sentence or a sentence of its own. */
  readonly detail: string;
  /** The element that it is about, where there is one. */
  readonly node?: JsonNode;
  /** The text that mends it, where that is certain. */
  readonly fix?: { readonly explanation: string; readonly edits: readonly (Span & { readonly text: string })[] };
}

/** Line and column, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One policy document of a file, with where everything in it stands. */
export interface PolicySource {
  readonly path: string;
  /** The whole text of the file, in which the offsets count. */
  readonly text: string;
  /** Where the document stands in the text. */
  readonly span: Span;
  readonly syntax: Syntax;
  readonly kind: DocumentKind;
  /** Whether the kind was told by the caller or guessed from the elements. */
  readonly kindIs: 'given' | 'guessed';
  /** The document; `undefined` when there is none that can be read. */
  readonly root: JsonNode | undefined;
  /** The document has expressions whose value is not known (`opaque` strings): what is missing in it may be in them. */
  readonly hasUnknown: boolean;
  readonly remarks: readonly Remark[];
  readonly locate: (offset: number) => Position;
}
