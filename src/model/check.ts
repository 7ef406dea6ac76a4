import type { StatementRef } from './decision.ts';

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
  readonly statement?: StatementRef;
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

/** One probe of the verifier. A fault of network or service is `error`, never `deny`. Times in milliseconds. */
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
  readonly ok: boolean;
  readonly checks: readonly Check[];
  readonly cleanup: Cleanup;
}
