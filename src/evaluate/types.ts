import type { RequestContext } from '../model/decision.ts';
import type { PolicyKind } from '../model/policy.ts';

/**
 * A document prepared for repeated evaluation by `compilePolicy`. Opaque to callers: only `decide` looks inside.
 */
export interface CompiledPolicy {
  readonly name: string;
  readonly kind: PolicyKind;
  readonly statements: readonly CompiledStatement[];
}

/** Filled in by compile.ts. */
export interface CompiledStatement {
  readonly index: number;
  readonly sid?: string;
  readonly effect: 'Allow' | 'Deny';
}

/** The request to decide. */
export interface AuthorizationRequest {
  /** ARN of the caller (user, role session `arn:…:sts::A:assumed-role/…`, root, federated user), a service name, or `*` for anonymous. */
  readonly principal: string;
  /** `service:Name`, compared without regard to case. */
  readonly action: string;
  readonly resource: string;
  /** Account that owns the resource: for S3 it stands in no ARN. Default: the caller's account. */
  readonly resourceAccount?: string;
  /**
   * Context keys. `aws:PrincipalArn` of a role session is the ROLE's ARN with its path, and is how a role ARN in a Principal
   * element finds its sessions.
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
  readonly rcps?: readonly CompiledPolicy[];
}
