import type { AuditReport, AuditRuleDescription } from '../model/audit.ts';
import type { About } from './reporter.ts';
import type { TextStyle } from './text.ts';

/** What a reporter of audits needs beside the report. */
export interface AuditAbout extends About {
  readonly rules: readonly AuditRuleDescription[];
  /** The access level of an action (`Write`, `Permissions management`), where it is known. */
  readonly accessOf: (action: string) => string | undefined;
  /** Region of the Security Hub that takes the findings: of `asff` only. */
  readonly region?: string;
  /** Marks text for a terminal: of `text` only. */
  readonly style?: TextStyle;
}

/** From an audit to the text of a format; pure. */
export type AuditReporter = (report: AuditReport, about: AuditAbout) => string;
