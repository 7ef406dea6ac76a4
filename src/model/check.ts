import type { NearMiss, StatementRef } from './decision.ts';
import type { ConditionMap, PolicyDocument, PolicyStatement } from './policy.ts';

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
  | 'kms-grant'
  | 'ownership'
  | 'requester-pays'
  | 'region'
  | 'not-found'
  | 'credentials'
  | 'clock-skew'
  | 'network'
  | 'throttling'
  | 'consistency'
  | 'unknown';

/** Why a check did not come out as expected, and what mends it. */
export interface Diagnosis {
  /** Row of the table of diagnoses that speaks (docs/scenarios/README.md lists them). */
  readonly rule?: string;
  readonly layer: DiagnosisLayer;
  /** Whether AWS named the layer in its answer or the kit inferred it. */
  readonly evidence: 'aws' | 'inferred';
  readonly cause: string;
  readonly fix: string;
  /**
   * What the layer was found by: AWS's answer, the policies that could be read, both (they agree), or AWS's policy simulator. Absent:
   * nothing but the pattern of what was allowed and refused.
   */
  readonly source?: 'answer' | 'documents' | 'answer+documents' | 'simulator';
  /** The statement that denied (or allowed too much), where it could be read. */
  readonly statement?: StatementRef;
  /** Where it stands in its policy, as a JSON pointer: `/Statement/2`. */
  readonly pointer?: string;
  /** Where nothing allows: the statement that nearly did, and the element that does not fit. */
  readonly near?: NearMiss & { readonly pointer: string };
  /** AWS's answer and the policies that could be read do not say the same: how, and which counts. */
  readonly disagreement?: string;
  /** The fix in a form that can be pasted. */
  readonly remedy?: Remedy;
}

/** What to change, and in which policy; or a command to run. Nothing in it harms anybody else when it is pasted as it is. */
export interface Remedy {
  /** `caller` is the policy of whoever runs the verifier; all others are the client's. */
  readonly policy?: 'identity' | 'trust' | 'bucket' | 'key' | 'boundary' | 'caller';
  /** A statement to add; it has no Sid, which might be taken. */
  readonly statement?: PolicyStatement;
  /** What to add to the Condition of the statement that denies. */
  readonly condition?: ConditionMap;
  /** The statement that `Diagnosis.statement` or `near` names, as it should read: it takes the place of that one. */
  readonly edited?: PolicyStatement;
  /** A whole policy, or all statements that a grant needs in one. */
  readonly document?: PolicyDocument;
  /** ARN of an AWS managed policy to attach. */
  readonly attach?: string;
  readonly command?: string;
  /** What must be changed in a second policy, too. */
  readonly also?: Remedy;
}

/** Ids of the verifier's checks (design, section 5). */
export type CheckId =
  | 'assume-role'
  | 'assume-role-default'
  | 'assume-role-12h'
  | 'list-bucket'
  | 'put-object'
  | 'get-object'
  | 'head-object'
  | 'multipart-upload'
  | 'delete-object'
  | 'put-object-kms'
  | 'get-object-range'
  | 'put-object-as-boto3'
  | 'overwrite-object'
  | 'special-keys'
  | 'abort-multipart-upload'
  | 'transfer-upload'
  | 'transfer-download'
  | `denied:${string}`;

/** One probe of the verifier. `attempts` is 1 and the repetitions, those of the SDK included. A fault of network or service is `error`, never `deny`. Times in milliseconds. */
export interface Check {
  readonly id: CheckId;
  readonly action: string;
  readonly resource: string;
  /** The folder that was probed, where access is limited to some. */
  readonly prefix?: string;
  readonly expect: 'allow' | 'deny';
  readonly result: 'allow' | 'deny' | 'error' | 'skipped';
  /** As expected, or not required. */
  readonly ok: boolean;
  /** Only `false`: worth knowing, and no failure whatever comes out. */
  readonly required?: false;
  readonly ms: number;
  readonly attempts: number;
  /** Throughput of a transfer (`--deep`). */
  readonly mibPerSecond?: number;
  readonly error?: { readonly code: string; readonly message: string; readonly requestId?: string };
  /** Why a check was skipped, or what is worth knowing about one that passed. */
  readonly note?: string;
  readonly diagnosis?: Diagnosis;
  /** What AWS's policy simulator says of the role's or user's own policies alone, beside a simulated check (`mode: simulate`). */
  readonly simulator?: { readonly decision: 'allowed' | 'explicitDeny' | 'implicitDeny'; readonly agrees: boolean };
}

/**
 * Something that a run could not remove, and the command that removes it. `refused`: this access may not remove it; `failed`: it is there,
 * and removing it did not come to an end; `unsure`: it may be there, no answer said so.
 */
export interface Leftover {
  /** An object with its versions and delete markers, an unfinished upload, or a statement in a trust policy. */
  readonly kind: 'object' | 'upload' | 'statement';
  readonly what: string;
  readonly command: string;
  /** `mfa-delete`: only the root user of the bucket's owner may remove it, with the code of a device. */
  readonly reason: 'refused' | 'mfa-delete' | 'failed' | 'unsure';
  /** The version or delete marker, in a bucket with versions. */
  readonly versionId?: string;
}

/** What a run created, removed and could not remove. */
export interface Cleanup {
  readonly created: number;
  readonly removed: number;
  readonly left: readonly Leftover[];
  /** What lets the next run remove all that it makes: versions in a versioned bucket. */
  readonly remedy?: Remedy;
}

/** The report of `verify` (design, section 5). */
export interface VerifyReport {
  readonly schemaVersion: number;
  readonly command: 'verify';
  readonly mode: 'channelmix' | 'client' | 'simulate' | 'key';
  /** When the run began, ISO 8601 in UTC. */
  readonly date: string;
  /** Access was meant to be gone: everything had to be refused. */
  readonly expect?: 'revoked';
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
  /** The whole of what the grant needs, for each policy in which something is missing; also what was skipped needs. */
  readonly remedies: readonly Remedy[];
  readonly cleanup: Cleanup;
}
