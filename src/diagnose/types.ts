import type { AccessDocuments } from '../model/access-documents.ts';
import type { Partition } from '../model/arn.ts';
import type { Check, CheckId, Diagnosis, DiagnosisLayer } from '../model/check.ts';
import type { Failure } from '../model/failure.ts';
import type { AccessLevel } from '../model/grant.ts';
import type { CheckVerdict } from './documents/verdict.ts';

/** Another check of the same run. */
export interface PeerCheck {
  readonly id: CheckId;
  readonly action: string;
  readonly prefix: string;
  readonly result: Check['result'];
  readonly failure?: Failure;
}

/** Everything that is known about a check that did not come out as expected. */
export interface DiagnosisFacts {
  readonly id: CheckId;
  readonly action: string;
  readonly resource: string;
  readonly expect: 'allow' | 'deny';
  readonly result: 'allow' | 'deny' | 'error';
  readonly failure?: Failure;
  readonly way: 'role' | 'key';
  /** ARN of the role, or of the user whose key is used. */
  readonly principalArn: string;
  /** ARN of whoever runs the verifier. */
  readonly callerArn: string;
  readonly partition: Partition;
  readonly bucket: string;
  /** The prefix that was probed; empty for the whole bucket. */
  readonly prefix: string;
  /** All prefixes of the grant. */
  readonly prefixes: readonly string[];
  readonly access: AccessLevel;
  readonly kmsKeyArn?: string;
  /** Whether the bucket belongs to the account of the role or key. */
  readonly owner: 'same-account' | 'other-account' | 'unknown';
  readonly peers: readonly PeerCheck[];
  /** Repetitions while a change in IAM might still have been spreading, and the milliseconds that they took. */
  readonly waited: { readonly times: number; readonly ms: number };
  /** What could be read of the policies and settings that decide; absent where nobody tried, as with ChannelMix's own credentials. */
  readonly documents?: AccessDocuments;
  /** A call that offered to pay was allowed, where all others were refused. */
  readonly requesterPays?: true;
  /** What these say about the check, where there are any. */
  readonly verdict?: CheckVerdict;
  /** No call was made: the answer is the documents' own. */
  readonly simulated?: true;
}

/** The facts about one check, and what it shares with the others for which the same row speaks. */
export interface SharedFacts extends DiagnosisFacts {
  /** The actions that were refused (or allowed too much) to all of them. */
  readonly actions: readonly string[];
  /** The prefixes that were probed. */
  readonly folders: readonly string[];
}

/** A row of the table of diagnoses: the first one whose `when` holds speaks. */
export interface DiagnosisRule {
  readonly id: string;
  readonly when: (facts: DiagnosisFacts) => boolean;
  readonly layer: DiagnosisLayer | ((facts: DiagnosisFacts) => DiagnosisLayer);
  /** `aws` when AWS's answer says it. */
  readonly evidence: Diagnosis['evidence'];
  readonly cause: (facts: SharedFacts) => string;
  readonly fix: (facts: SharedFacts) => string;
  readonly remedy?: (facts: DiagnosisFacts) => NonNullable<Diagnosis['remedy']>;
}
