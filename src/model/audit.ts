import type { Unreadable } from './access-documents.ts';
import type { AuditSource } from './audit-documents.ts';
import type { StatementRef } from './decision.ts';
import type { RuleDescription, Severity } from './finding.ts';
import type { AccessLevel } from './grant.ts';
import type { ComparedCell } from './matrix.ts';
import type { Place } from './place.ts';

/** The questions of an audit, in the order in which a report answers them. */
export const AUDIT_QUESTIONS = [
  'needs',
  'excess',
  'who-else',
  'blocks',
  'hygiene',
  'unused',
  'drift',
  'documents',
] as const;

export type AuditQuestion = (typeof AUDIT_QUESTIONS)[number];

/** What an auditor's rule is about, for reports beside its findings. */
export interface AuditRuleDescription extends RuleDescription {
  readonly question: AuditQuestion;
  /** Numbers of benchmarks: `CIS AWS Foundations 3.0.0/1.14`. */
  readonly controls: readonly string[];
}

/** Why a finding does not count, by whoever accepted it. */
export interface Acceptance {
  readonly reason: string;
  readonly owner: string;
  /** Last day on which it holds, `2027-03-31`. */
  readonly expires: string;
}

/** An entry of a file of accepted findings: one finding by its id, or all of a rule; about one thing, or about any. */
export interface AcceptedFinding extends Acceptance {
  readonly id?: string;
  readonly ruleId?: string;
  /** ARN. */
  readonly about?: string;
  /** Where it is written. */
  readonly place?: Place;
}

/** An acceptance holds for at most so many days from the day of an audit on: a year, so that somebody looks again. */
export const MAX_ACCEPTED_DAYS = 366;

/** One thing that an audit found. */
export interface AuditFinding {
  /** Stays the same from run to run, whatever else changes: 16 hexadecimal digits of rule, what it is about, and the data that tells it apart. */
  readonly id: string;
  readonly ruleId: string;
  readonly question: AuditQuestion;
  readonly severity: Severity;
  /** What is wrong here, in one sentence or two. */
  readonly message: string;
  /** What mends it, in one sentence or two. */
  readonly fix: string;
  /** ARN of what it is about: the principal, a bucket, a key. */
  readonly about: string;
  /** The statement that is to blame, where one is. */
  readonly statement?: StatementRef;
  /** Where it is written, when the facts come from files. */
  readonly place?: Place;
  /** The page that says why. */
  readonly docs: string;
  readonly controls: readonly string[];
  /** Accepted: it is told, and does not count. */
  readonly accepted?: Acceptance;
}

/** What could not be read, and which rules could not judge because of it. */
export interface Unjudged extends Unreadable {
  /** Ids of the rules. */
  readonly rules: readonly string[];
  /**
   * Whether the answer is open because of it: `false` for what nobody asked for (a file that says nothing of logging), and for the
   * organization's policies, which most who audit may not read.
   */
  readonly open: boolean;
}

/** A cell of the matrix of an audit: what is allowed, and what of it ChannelMix needs. */
export type AuditCell = ComparedCell;

/** What ChannelMix is meant to have. */
export interface AuditExpectation {
  readonly access: AccessLevel;
  readonly buckets: readonly {
    readonly name: string;
    readonly prefixes: readonly string[];
    /** Default: the key of the bucket's default encryption. */
    readonly kmsKeyArn?: string;
  }[];
  /** `named` by whoever asked (flags, a grant file); `inferred` from the buckets that the policies name. */
  readonly from: 'named' | 'inferred';
}

/** Whose access was audited. */
export interface AuditSubject {
  readonly kind: 'role' | 'user';
  readonly arn: string;
  readonly account: string;
  readonly name: string;
  readonly source: AuditSource;
}

/** What changed since a former audit. */
export interface AuditTrend {
  /** When the former one ran. */
  readonly since: string;
  /** Ids of findings that are new; of those that are gone, all that is known of them. */
  readonly appeared: readonly string[];
  readonly gone: readonly AuditFinding[];
}

/** The report of `audit` (design, section 5). */
export interface AuditReport {
  readonly schemaVersion: number;
  readonly command: 'audit';
  /** When it ran, ISO 8601 in UTC. */
  readonly date: string;
  readonly subject: AuditSubject;
  readonly expected: AuditExpectation;
  /** What it was compared with. */
  readonly baseline?: { readonly kind: 'grant' | 'audit' | 'documents'; readonly path: string };
  /** The worst first; accepted ones among them. */
  readonly findings: readonly AuditFinding[];
  readonly unjudged: readonly Unjudged[];
  readonly matrix: readonly AuditCell[];
  readonly trend?: AuditTrend;
  /** Findings that count, by severity; how many are accepted; how many facts are open. */
  readonly summary: Readonly<Record<Severity, number>> & { readonly accepted: number; readonly open: number };
  /** Nothing is open: what is not found is not there. */
  readonly complete: boolean;
}
