import type { JsonValue } from './policy.ts';

/** The layers that can decide a request, in AWS's words for messages. */
export type Layer =
  | 'identity'
  | 'resource'
  | 'boundary'
  | 'session'
  | 'scp'
  | 'rcp'
  | 'trust'
  | 'key-policy'
  | 'vpc-endpoint';

/** Which statement decided: the policy's name as the caller gave it, the statement's index from 0, its Sid. */
export interface StatementRef {
  readonly policy: string;
  readonly index: number;
  readonly sid?: string;
}

/** Why a statement did not apply, a closed set that diagnosis and audit read. `unknown`: an element that the evaluator does not know. */
export type MissReason = 'principal' | 'action' | 'resource' | 'condition' | 'unknown';

/** The statement that would have allowed the request but for one element. */
export interface NearMiss {
  readonly layer: Layer;
  readonly statement: StatementRef;
  readonly reason: MissReason;
  /** The element that did not match, as the document has it: condition operator and key, patterns, principals. */
  readonly detail: string;
}

/** The answer to one request. `layer` is the one that denied, or the one whose allow decided. */
export interface Decision {
  readonly decision: 'allow' | 'explicitDeny' | 'implicitDeny';
  readonly layer?: Layer;
  readonly statement?: StatementRef;
  /** Elements that the evaluator does not know: it failed closed on them. */
  readonly unknown?: readonly string[];
  readonly missingContextKeys?: readonly string[];
}

/** Context keys of a request, as AWS names them; the names are compared without regard to case. */
export type RequestContext = Readonly<Record<string, string | readonly string[]>>;

/** One case of `evaluate`, as the design states it. Documents are raw JSON. */
export interface EvaluationCase {
  readonly name?: string;
  readonly request: {
    readonly principal: string;
    readonly action: string;
    readonly resource: string;
    readonly context?: RequestContext;
  };
  readonly identityPolicies: readonly JsonValue[];
  readonly resourcePolicy?: JsonValue;
  readonly boundary?: JsonValue;
  readonly scps?: readonly (JsonValue | readonly JsonValue[])[];
  readonly rcps?: readonly JsonValue[];
  readonly sessionPolicies?: readonly JsonValue[];
  readonly resourceAccount?: string;
}
