import type { ArrayNode, JsonNode, Member, ObjectNode, Span, StringNode } from '../documents/json-node.ts';
import type { DocumentKind, PolicySource } from '../documents/policy-source.ts';
import type { Severity, TextEdit } from '../model/finding.ts';
import type { AccessLevel } from '../model/grant.ts';
import type { JsonValue } from '../model/policy.ts';

/** Who a rule is for: every policy, or those that let ChannelMix in (`--for channelmix`). */
export type Audience = 'any' | 'channelmix';

/**
 * One rule, in a file of its own under rules/. Its examples are its tests and its page.
 *
 * Messages are templates: `{name}` is filled with the hit's data.
 */
export interface LintRule<Message extends string = string> {
  readonly id: string;
  readonly severity: Severity;
  readonly audience: Audience;
  /** The page that says why: AWS's where there is one. */
  readonly docs: string;
  /** What holds, as the heading of its page: `Actions exist`. */
  readonly title: string;
  /** Why it matters, a few sentences for the page. */
  readonly why: string;
  /** The kinds of document that it is about; default: all. */
  readonly kinds?: readonly DocumentKind[];
  readonly messages: Readonly<Record<Message, string>>;
  readonly check: (context: RuleContext) => Iterable<Hit<Message>>;
  readonly examples: { readonly bad: readonly Example[]; readonly good: readonly Example[] };
}

/** Text of a document, and what it is linted with where that matters. */
export interface Example {
  readonly text: string;
  readonly kind?: DocumentKind;
  readonly options?: Partial<LintOptions>;
  /** For a bad example with a fix: the whole text after it. */
  readonly fixed?: string;
}

/** What a rule found. */
export interface Hit<Message extends string = string> {
  /** What is wrong; the finding's place and pointer. The document as a whole when absent. */
  readonly node?: JsonNode | Member | undefined;
  /** The part of the node's string that is meant, in units of its value. */
  readonly part?: readonly [start: number, end: number];
  /** The place in the text, where it is not the node's. */
  readonly span?: Span;
  readonly message: Message;
  readonly data?: Readonly<Record<string, string | number>>;
  /** Where it differs from the rule's. */
  readonly severity?: Severity;
  readonly fix?: HitFix;
}

/** A mending that is certain: it never widens what is allowed, save for what was plainly meant, and applying it twice changes nothing. */
export interface HitFix {
  /** What is changed and why, in plain words: one sentence for whoever reads the list of changes. */
  readonly explanation: string;
  /** What it allows that the document before did not, where that was plainly meant. */
  readonly meant?: string;
  readonly edits: readonly Edit[];
}

/** A change of the document by its structure, whatever syntax it is written in; or of the text itself. */
export type Edit =
  | { readonly op: 'replace'; readonly node: JsonNode; readonly value: JsonValue }
  | { readonly op: 'rename'; readonly member: Member; readonly key: string }
  /** Removes an item from its list, or a member from its object, with its comma. A list that loses its last item stays as `[]`. */
  | { readonly op: 'remove'; readonly node: JsonNode | Member }
  | { readonly op: 'append'; readonly to: ArrayNode; readonly value: JsonValue }
  /** `first`: before all other members (Version). */
  | {
      readonly op: 'add';
      readonly to: ObjectNode;
      readonly key: string;
      readonly value: JsonValue;
      readonly first?: boolean;
    }
  | ({ readonly op: 'text' } & TextEdit);

/** What the caller of lint decides. */
export interface LintOptions {
  readonly audience: Audience;
  /** What ChannelMix is meant to have; more is over-privilege. */
  readonly access: AccessLevel;
  /** The buckets that are meant, where known: they replace placeholders, and permissions are checked on them. */
  readonly buckets: readonly string[];
  /** What time it is, as a Date or in milliseconds since 1970; what lies before it is past. Default: the day of the catalogue's data. */
  readonly now: Date | number;
}

/** What `check` gets. */
export interface RuleContext {
  readonly source: PolicySource;
  readonly kind: DocumentKind;
  /** The document, when it is an object. */
  readonly document: ObjectNode | undefined;
  /** Value of Version; `undefined` when it is absent or no string. */
  readonly version: string | undefined;
  /** Every statement that is an object, whether Statement is a list or a single one. */
  readonly statements: readonly StatementView[];
  readonly options: LintOptions;
  /** Made once a document: what several rules work out alike. */
  readonly once: <T>(key: object, make: () => T) => T;
}

/** A statement with its elements. Of duplicate elements the last counts. Elements of a wrong shape are absent, or have no values. */
export interface StatementView {
  readonly node: ObjectNode;
  /** From 0, among all entries of Statement. */
  readonly index: number;
  readonly sid: StringNode | undefined;
  /** Only the two that exist. */
  readonly effect: 'Allow' | 'Deny' | undefined;
  readonly effectNode: JsonNode | undefined;
  /** Action and NotAction, whichever are there; both is a finding of its own. */
  readonly actions: readonly ListElement[];
  /** Resource and NotResource. */
  readonly resources: readonly ListElement[];
  /** Principal and NotPrincipal. */
  readonly principals: readonly PrincipalElement[];
  readonly conditions: readonly ConditionView[];
}

/** Action, NotAction, Resource or NotResource. */
export interface ListElement {
  readonly name: string;
  readonly member: Member;
  /** NotAction, NotResource. */
  readonly negated: boolean;
  readonly values: readonly StringNode[];
}

/** Principal or NotPrincipal. */
export interface PrincipalElement {
  readonly name: string;
  readonly member: Member;
  readonly negated: boolean;
  readonly entries: readonly PrincipalEntry[];
}

/** One principal. The form `"Principal": "*"` has the type `*`. */
export interface PrincipalEntry {
  readonly type: string;
  readonly typeNode: StringNode | undefined;
  readonly value: StringNode;
}

/** One key of one operator of a Condition block. */
export interface ConditionView {
  /** The operator as written, and its parts. */
  readonly operator: StringNode;
  /** `ForAllValues` or `ForAnyValue`, as written. */
  readonly qualifier: string | undefined;
  /** The operator without qualifier and `IfExists`. */
  readonly base: string;
  readonly ifExists: boolean;
  readonly key: StringNode;
  /** Strings, numbers and booleans. */
  readonly values: readonly JsonNode[];
  readonly member: Member;
}
