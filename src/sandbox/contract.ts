import type { CompiledPolicy } from '../evaluate/types.ts';
import type { RequestContext } from '../model/decision.ts';

/** A request as it came over HTTP. Header names are in lower case. */
export interface AwsRequest {
  readonly id: string;
  readonly method: string;
  /** `Host` header without the port. */
  readonly host: string;
  /** Path and query as they stand on the wire, still percent-encoded. */
  readonly rawPath: string;
  readonly rawQuery: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The payload: aws-chunked framing removed, hash, trailing checksum and length verified. Read at most once. */
  readonly body: () => Promise<Buffer>;
  readonly sourceIp: string;
}

/** What goes back. `etag`, dates and the like are headers like any other. */
export interface AwsResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** An error in AWS's own words; the protocol layer turns it into the XML of the service. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;
  readonly status: number;
  /** More elements of S3's Error document (`BucketName`, `Key`, `Region`, …). */
  readonly fields: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: string,
    status: number,
    message: string,
    more: { fields?: Readonly<Record<string, string>>; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.fields = more.fields ?? {};
    this.headers = more.headers ?? {};
  }
}

/** Who signed the request, with the policies that bound it. Anonymous callers have the account `anonymous`. */
export interface Caller {
  readonly kind: 'root' | 'user' | 'role-session' | 'anonymous';
  readonly account: string;
  /** ARN as GetCallerIdentity gives it. */
  readonly arn: string;
  readonly userId: string;
  /** Principal keys: aws:PrincipalArn, aws:PrincipalAccount, aws:PrincipalType, aws:userid, aws:username, aws:PrincipalTag/…, aws:MultiFactorAuthPresent where present. */
  readonly context: RequestContext;
  readonly identity: readonly CompiledPolicy[];
  readonly boundary?: CompiledPolicy;
  readonly session?: readonly CompiledPolicy[];
  readonly scps?: readonly (readonly CompiledPolicy[])[];
}

/** One permission that a request needs. */
export interface Requirement {
  readonly action: string;
  /** ARN, or `*` for actions without a resource. */
  readonly resource: string;
  readonly context?: RequestContext;
}

/**
 * Decides each requirement with the project's evaluator and throws `AwsError` AccessDenied in AWS's wording at the first that
 * is not allowed (who, action, resource, the layer and "because no identity-based policy allows …").
 * For S3 across accounts the reason is left out, as AWS does.
 */
export type Authorize = (
  caller: Caller,
  requirements: readonly Requirement[],
  resource: {
    readonly account: string;
    readonly policy?: CompiledPolicy;
    readonly policyType?: 'resource' | 'trust' | 'key';
  },
) => void;

/** Whether a requirement would be allowed, for answers that depend on it (404 or 403 by s3:ListBucket). */
export type IsAllowed = (
  caller: Caller,
  requirement: Requirement,
  resource: { readonly account: string; readonly policy?: CompiledPolicy },
) => boolean;

/** What a service's handler gets beside the request. */
export interface ServiceContext {
  readonly caller: Caller;
  readonly authorize: Authorize;
  readonly isAllowed: IsAllowed;
  /** The sandbox's clock; tests move it. */
  readonly now: () => Date;
  readonly region: string;
}

/** A service: takes an authenticated request, authorizes it by the operations table, and answers. */
export type Service = (request: AwsRequest, context: ServiceContext) => Promise<AwsResponse>;
