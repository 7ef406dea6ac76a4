import type { RequestContext, StatementRef } from '../model/decision.ts';
import type { PolicyKind } from '../model/policy.ts';
import type { PreparedRequest } from './request.ts';

/**
 * A document prepared for repeated evaluation by `compilePolicy`. Opaque to callers: only the evaluator looks inside.
 */
export interface CompiledPolicy {
  readonly name: string;
  readonly kind: PolicyKind;
  readonly statements: readonly CompiledStatement[];
}

/**
 * How far a resource policy's statement reaches the caller, from weak to strong.
 *
 * - 0: it does not name the caller
 * - 1: it names the caller's account, which delegates: the account's own policies still have to allow
 * - 2: it names the caller's role (or the user of a federated session): no identity policy is needed, boundary and session limit
 * - 3: it names the caller directly, or everyone: nothing but an explicit deny, SCP and RCP limits
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export type PrincipalReach = 0 | 1 | 2 | 3;

/** One key of one operator of a Condition block. */
export interface CompiledCondition {
  /** As the document spells them. */
  readonly operator: string;
  readonly key: string;
  readonly test: (request: PreparedRequest) => boolean;
}

/** A statement as matchers. An element that the evaluator does not know is named in `unknown` and left out of the matchers. */
export interface CompiledStatement {
  readonly index: number;
  readonly sid?: string;
  /** An effect that is neither `Allow` nor `Deny` counts as `Deny`, and is named in `unknown`. */
  readonly effect: 'Allow' | 'Deny';
  readonly ref: StatementRef;
  readonly unknown: readonly string[];
  readonly matchesAction: (lowerCaseAction: string) => boolean;
  readonly matchesResource: (request: PreparedRequest) => boolean;
  /** Always 3 in the kinds of policy that have no Principal element. */
  readonly reach: (request: PreparedRequest) => PrincipalReach;
  readonly conditions: readonly CompiledCondition[];
  /** The elements as text, for explanations. */
  readonly texts: { readonly action: string; readonly resource: string; readonly principal: string };
}

/** The request to decide. */
export interface AuthorizationRequest {
  /**
   * ARN of the caller: user, role session (`arn:…:sts::A:assumed-role/…`), role, root, federated user; an account id for its
   * root; a service name; ARN of an identity provider; `*` for anonymous.
   */
  readonly principal: string;
  /** `service:Name`, compared without regard to case. */
  readonly action: string;
  readonly resource: string;
  /** Account that owns the resource: for S3 it stands in no ARN. Default: the account in the resource's ARN, else the caller's. */
  readonly resourceAccount?: string;
  /**
   * Context keys. `aws:PrincipalArn` of a role session is the ROLE's ARN with its path, and is how a role ARN in a Principal
   * element finds its sessions; for a federated-user session it may name the user whose session it is. Keys that follow from
   * the principal alone (aws:PrincipalArn, aws:PrincipalAccount, aws:PrincipalType, aws:username, …) are derived when absent.
   */
  readonly context: RequestContext;
}

/** Every policy that applies. An absent member means that there is no such policy, an empty list denies implicitly. */
export interface PolicySet {
  readonly identity: readonly CompiledPolicy[];
  /** Bucket policy, trust policy (for sts:AssumeRole) or key policy (for kms:*). */
  readonly resource?: CompiledPolicy;
  readonly boundary?: CompiledPolicy;
  /** Present when the session was made with session policies. */
  readonly session?: readonly CompiledPolicy[];
  /** One list a level of the caller's organization, from the root down. */
  readonly scps?: readonly (readonly CompiledPolicy[])[];
  /** Resource control policies of the resource's account; RCPFullAWSAccess is implied beside them. */
  readonly rcps?: readonly CompiledPolicy[];
}
