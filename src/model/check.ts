import type { StatementRef } from './decision.ts';
import type { PolicyStatement } from './policy.ts';

/** Who caused a failed check; more layers than the evaluator knows, since the network and the caller can be at fault, too. */
export type DiagnosisLayer =
  | 'trust'
  | 'identity'
  | 'boundary'
  | 'session'
  | 'scp'
  | 'rcp'
  | 'bucket-policy'
  | 'public-access-block'
  | 'vpc-endpoint'
  | 'kms'
  | 'ownership'
  | 'region'
  | 'not-found'
  | 'credentials'
  | 'clock-skew'
  | 'network'
  | 'throttling'
  | 'eventual-consistency'
  | 'unknown';

/** Why a check did not come out as expected, and what mends it. */
export interface Diagnosis {
  readonly layer: DiagnosisLayer;
  /** Whether AWS named the layer in its answer or the kit inferred it. */
  readonly evidence: 'aws' | 'inferred';
  readonly cause: string;
  readonly fix: string;
  /** The statement that denied, where the caller may read it. */
  readonly statement?: StatementRef;
  /** The fix in a form that can be pasted. */
  readonly remedy?: Remedy;
}

/** A statement to add or change, and in which policy; or a command to run. */
export interface Remedy {
  readonly policy?: 'identity' | 'trust' | 'bucket' | 'key' | 'boundary';
  readonly statement?: PolicyStatement;
  readonly command?: string;
}

/** Ids of the verifier's checks (design, section 5). */
export type CheckId =
  | 'assume-role'
  | 'list-bucket'
  | 'put-object'
  | 'get-object'
  | 'head-object'
  | 'multipart-upload'
  | 'delete-object'
  | 'put-object-kms'
  | `denied:${string}`;

/** One probe of the verifier. `attempts` is 1 and the repetitions, those of the SDK included. A fault of network or service is `error`, never `deny`. Times in milliseconds. */
export interface Check {
  readonly id: CheckId;
  readonly action: string;
  readonly resource: string;
  readonly expect: 'allow' | 'deny';
  readonly result: 'allow' | 'deny' | 'error' | 'skipped';
  readonly ok: boolean;
  readonly ms: number;
  readonly attempts: number;
  readonly error?: { readonly code: string; readonly message: string; readonly requestId?: string };
  /** Why a check was skipped, or what is worth knowing about one that passed. */
  readonly note?: string;
  readonly diagnosis?: Diagnosis;
}

/** What a run created, removed and could not remove; `left` holds what is there and the command that removes it. */
export interface Cleanup {
  readonly created: number;
  readonly removed: number;
  readonly left: readonly { readonly what: string; readonly command: string }[];
}

/** The report of `verify` (design, section 5). */
export interface VerifyReport {
  readonly schemaVersion: number;
  readonly command: 'verify';
  readonly mode: 'channelmix' | 'client' | 'simulate' | 'key';
  readonly roleArn?: string;
  readonly bucket: string;
  readonly caller: { readonly arn: string; readonly account: string };
  /** Host of the endpoint, where it was not AWS itself that answered. */
  readonly endpoint?: string;
  /** ARN of the session in which the probes ran, on the role way. */
  readonly sessionArn?: string;
  /** Region of the bucket, as S3 gave it. */
  readonly region?: string;
  /** Whether the bucket belongs to the account of the role or key: decides which layers can deny. */
  readonly bucketOwner: 'same-account' | 'other-account' | 'unknown';
  readonly ok: boolean;
  /** A signal stopped the run: checks that had not ended are `skipped`. */
  readonly interrupted: boolean;
  /** Wall time in milliseconds from the first request to the end of the cleanup. */
  readonly ms: number;
  /** Facts worth knowing that are no failures. */
  readonly notes: readonly string[];
  readonly checks: readonly Check[];
  readonly cleanup: Cleanup;
}
