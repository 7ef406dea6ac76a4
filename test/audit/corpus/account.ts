import type { Baseline } from '../../../src/audit/types.ts';
import type { AcceptedFinding } from '../../../src/model/audit.ts';
import type { AccessLevel, BucketGrant, Grant } from '../../../src/model/grant.ts';
import type { ScenarioWorld } from '../../../src/sandbox/scenarios/types.ts';

/** What is found: the rule, and what it is about (`principal`, the name of a bucket, or an ARN), as often as it is found. */
export type Found = readonly [ruleId: string, about: string];

/** An account as it can be met, what is audited in it, and all that an audit must come to. */
export interface CorpusAccount {
  /** Lower case with hyphens. */
  readonly name: string;
  /** What is right or wrong in it, in one sentence. */
  readonly title: string;
  readonly world: ScenarioWorld;
  readonly audit: CorpusAudit;
  /** Everything that is found; every other rule is silent. */
  readonly finds: readonly Found[];
  /** What could not be read and leaves the answer open. */
  readonly open?: readonly string[];
  /** What is not judged for other reasons: nobody asked for it, or the organization keeps it to itself. */
  readonly notAsked?: readonly string[];
  /** With --fail-on error, the default. */
  readonly exit: 0 | 1 | 3;
  /** Why other emulators (LocalEmu) cannot show it; absent where they can. */
  readonly onlyInSandbox?: string;
}

/** The flags of `audit`. */
export interface CorpusAudit {
  readonly roleArn?: string;
  /** Name or ARN. */
  readonly user?: string;
  /** What is meant; default: the buckets that the policies name. */
  readonly buckets?: readonly (Pick<BucketGrant, 'name'> & Partial<BucketGrant>)[];
  readonly access?: AccessLevel;
  /** The user of the client's account whose key the auditor has; the root user by default. */
  readonly auditor?: string;
  /** Without --last-accessed. */
  readonly noLastAccessed?: true;
  /** What others told: whose root user reads the buckets, and whose reads the organization. */
  readonly told?: { readonly buckets?: string; readonly organization?: string };
  /** --baseline: a grant, or what was saved or reported of the same account as it was. */
  readonly baseline?: Grant | { readonly as: Exclude<Baseline['kind'], 'grant'>; readonly world: ScenarioWorld };
  /** --accept. */
  readonly accepted?: readonly AcceptedFinding[];
}
