import type { AskedPermission, CheckVerdict } from '../diagnose/index.ts';
import type { Unreadable } from '../model/access-documents.ts';
import type {
  AcceptedFinding,
  AuditCell,
  AuditExpectation,
  AuditFinding,
  AuditQuestion,
  AuditReport,
} from '../model/audit.ts';
import type { AuditBucket, AuditDocuments } from '../model/audit-documents.ts';
import type { StatementRef } from '../model/decision.ts';
import type { Severity } from '../model/finding.ts';
import type { Grant } from '../model/grant.ts';
import type { Place } from '../model/place.ts';

/**
 * One rule, in a file of its own under rules/. It judges facts that were read, and says which it would have needed: a rule that cannot know
 * is never silent.
 *
 * Messages and fixes are templates: `{name}` is filled with the hit's data.
 */
export interface AuditRule<Message extends string = string> {
  readonly id: string;
  readonly question: AuditQuestion;
  readonly severity: Severity;
  /** What holds, as the heading of its page: `Access keys are younger than 90 days`. */
  readonly title: string;
  /** Why it matters, a few sentences for the page. */
  readonly why: string;
  /** The page that says why: AWS's where there is one. */
  readonly docs: string;
  /** Numbers of benchmarks, both of those that Security Hub knows: `CIS AWS Foundations 3.0.0/1.14`. */
  readonly controls?: readonly string[];
  readonly messages: Readonly<Record<Message, { readonly message: string; readonly fix: string }>>;
  /** It is asked after all others, and may look at what they found. */
  readonly last?: true;
  readonly check: (context: AuditContext) => Iterable<AuditHit<Message> | Blind>;
}

/** What a rule found. */
export interface AuditHit<Message extends string = string> {
  readonly message: Message;
  readonly data?: Readonly<Record<string, string | number>>;
  /** ARN of what it is about. */
  readonly about: string;
  /** Tells findings of one rule about one thing apart, and stays the same from run to run; default: message and data. */
  readonly key?: string;
  /** Where it differs from the rule's. */
  readonly severity?: Severity;
  readonly statement?: StatementRef;
  /** Default: that of the statement, else that of the policy, else that of what it is about. */
  readonly place?: Place;
}

/** What a rule would have needed, and could not be read. */
export interface Blind {
  readonly blind: Unreadable;
}

/** What an audit is compared with. */
export type Baseline =
  | { readonly kind: 'grant'; readonly path: string; readonly grant: Grant }
  | { readonly kind: 'audit'; readonly path: string; readonly report: AuditReport }
  | { readonly kind: 'documents'; readonly path: string; readonly documents: AuditDocuments };

/** What `check` gets. */
export interface AuditContext {
  readonly documents: AuditDocuments;
  readonly expected: AuditExpectation;
  /** ISO 8601, UTC: the day of the audit, or that on which the facts were read. */
  readonly now: string;
  readonly baseline?: Baseline;
  /** Also those that do not count any more. */
  readonly accepted: readonly AcceptedFinding[];
  /** What the rules before this one found, and the ids of all that are asked. */
  readonly soFar: () => { readonly findings: readonly AuditFinding[]; readonly rules: readonly string[] };
  /** The matrix, with what is needed; made when it is first asked for. */
  readonly matrix: () => readonly AuditCell[];
  /** What the documents say about permissions, with layer, statement and reasons; `bucket` is the one whose facts count. */
  readonly judge: (asked: readonly AskedPermission[], bucket: AuditBucket) => CheckVerdict;
  /** ARN of a bucket of this partition. */
  readonly arnOf: (bucket: { readonly name: string }) => string;
  /** Made once an audit: what several rules work out alike. */
  readonly once: <T>(key: object, make: () => T) => T;
}
