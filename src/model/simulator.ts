import type { Unreadable } from './access-documents.ts';
import type { RequestContext } from './decision.ts';

/** A question to AWS's policy simulator. */
export interface SimulatorQuestion {
  readonly action: string;
  readonly resource: string;
  readonly context: RequestContext;
}

/** Its answer. It looks at identity policies and boundary, at SCPs in some cases, and never at trust and resource policies of roles. */
export interface SimulatorAnswer {
  readonly question: SimulatorQuestion;
  readonly decision: 'allowed' | 'explicitDeny' | 'implicitDeny';
  /** An organization's policies allow it; absent: it does not say. */
  readonly byOrganization?: boolean;
  readonly byBoundary?: boolean;
  /** Context keys that it asked for in vain: the answer may be another with them. */
  readonly missing: readonly string[];
}

/** What the simulator said, or why it did not. */
export type SimulatorAnswers =
  | { readonly state: 'read'; readonly answers: readonly SimulatorAnswer[] }
  | { readonly state: 'unreadable'; readonly why: Unreadable };
