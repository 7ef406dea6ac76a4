/** How bad a finding is. `security` counts as `error` for `--fail-on`. The four levels of IAM Access Analyzer's policy checks. */
export type Severity = 'error' | 'security' | 'warning' | 'suggestion';

/** From the worst to the mildest. */
export const SEVERITIES: readonly Severity[] = ['error', 'security', 'warning', 'suggestion'];

/** Replaces `text.slice(start, end)`; offsets are UTF-16 units of the file's text. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** How a finding is mended. */
export interface Fix {
  /** What is changed and why, in plain words. */
  readonly explanation: string;
  /** Set when the fixed document allows what the one before did not, since it was plainly meant (an action with a stray colon): what that is. */
  readonly meant?: string;
  readonly edits: readonly TextEdit[];
}

/** One thing that is wrong with a document. */
export interface Finding {
  readonly ruleId: string;
  readonly severity: Severity;
  /** What is wrong here, in one sentence or two. */
  readonly message: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** JSON pointer of the element within its document; empty for the document itself. RFC 6901. */
  readonly pointer: string;
  /** The page that says why, AWS's where there is one. */
  readonly docs: string;
  readonly fix?: Fix;
}

/** The findings of one file, in the order of the text. */
export interface FileFindings {
  readonly path: string;
  readonly findings: readonly Finding[];
}

/** The report of `lint` (design, section 5). */
export interface LintReport {
  readonly schemaVersion: number;
  readonly command: 'lint';
  readonly files: readonly FileFindings[];
  readonly summary: Readonly<Record<Severity, number>>;
}

/** What a reporter tells about a rule beside its findings. */
export interface RuleDescription {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  readonly why: string;
  readonly docs: string;
}
