import type { RequestContext } from '../../model/decision.ts';
import type { JsonValue } from '../../model/policy.ts';
import type { PolicySource } from './unread.ts';

/** A document with the name under which the matrix refers to it. */
export interface NamedDocument {
  readonly name: string;
  readonly document: JsonValue;
}

/** What is known of one bucket, which stands for its objects too, or of one key. */
export interface ResourceFacts {
  /** ARN of the bucket or key. */
  readonly arn: string;
  /** Its owner; absent: not known. */
  readonly account?: string;
  /** The policy of the bucket or key; absent: it has none. */
  readonly policy?: PolicySource;
  /** Context keys that every request for it has, beside the subject's. */
  readonly context?: RequestContext;
  /** RCPs that bind it. Default: the subject's. */
  readonly rcps?: readonly PolicySource[];
}

/** What is to be explained. */
export interface Subject {
  /** Caller as in `AuthorizationRequest`; without one, Principal elements that name anyone are open questions. */
  readonly principal?: string;
  /** Owner of the buckets that are not among `resources`. Default: the caller's account. */
  readonly bucketAccount?: string;
  readonly identity: readonly PolicySource[];
  readonly boundary?: PolicySource;
  /** Policies that the session was made with. */
  readonly session?: readonly PolicySource[];
  /** Service control policies, one entry a level of the caller's organization: each level has to allow. */
  readonly scps?: readonly (readonly PolicySource[])[];
  /** Resource control policies of every level above the resources' account. `RCPFullAWSAccess` is implied. */
  readonly rcps?: readonly PolicySource[];
  /** Policies of different buckets. */
  readonly bucketPolicies?: readonly PolicySource[];
  /** Buckets and keys of which more is known. */
  readonly resources?: readonly ResourceFacts[];
  /** Context keys that every request has. Conditions on any other are open questions, but for those that are absent. */
  readonly context?: RequestContext;
  /** Context keys that no request has. Default: none is known to be absent. */
  readonly isAbsent?: (lowerCaseKey: string) => boolean;
  /** Context keys that no request for an action has, whatever it is about. Default: none is known to be absent. */
  readonly lacksKey?: (action: string, lowerCaseKey: string) => boolean;
}
