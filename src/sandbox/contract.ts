import type { CompiledPolicy } from '../evaluate/types.ts';
import type { RequestContext } from '../model/decision.ts';
import type { JsonValue } from '../model/policy.ts';
import type { KeyStore } from './kms/store.ts';

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
  /**
   * The payload: aws-chunked framing removed, payload hash, Content-MD5, x-amz-checksum-* (header or trailer) and lengths
   * verified; rejects with `AwsError` (BadDigest, XAmzContentSHA256Mismatch, …). Repeated calls give the same bytes. Authorize
   * before reading: the client that waits for `100 Continue` then never sends what is refused.
   */
  readonly body: () => Promise<Buffer>;
  /** Trailing headers (`x-amz-checksum-crc32`, …), once `body()` has resolved; empty before and when there are none. */
  readonly trailers: () => Readonly<Record<string, string>>;
  readonly sourceIp: string;
  /** How it was signed. Query parameters `X-Amz-*` of a presigned URL that stand for headers are already in `headers`. */
  readonly signature?: RequestSignature;
}

/** The facts of a verified signature that services look at. */
export interface RequestSignature {
  readonly type: 'header' | 'query';
  /** Region of the credential scope: what the client took for the region of what it talks to. */
  readonly region: string;
  readonly accessKeyId: string;
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
    /** What grants of a KMS key allow beside the policies; they do not stand against an explicit deny. */
    readonly grants?: (requirement: Requirement) => boolean;
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
  /** The sandbox's own region; see `AwsRequest.signature.region` for the one the client signed for. */
  readonly region: string;
}

/** A service: takes an authenticated request, authorizes it by the operations table, and answers. */
export type Service = (request: AwsRequest, context: ServiceContext) => Promise<AwsResponse>;

/** The IAM principals of the sandbox, for policies that name them: AWS stores a role or user by its unique id. */
export interface PrincipalDirectory {
  /** Ids of the sandbox's accounts. */
  readonly accounts: readonly string[];
  /** `AROA…` or `AIDA…` of the role or user with that ARN; `undefined` when there is none now. */
  readonly idOf: (arn: string) => string | undefined;
  /** ARN of the role or user with that unique id; `undefined` when it has been deleted. */
  readonly arnOf: (id: string) => string | undefined;
  /**
   * The document as AWS keeps it: role and user ARNs in Principal elements replaced by unique ids. Throws with the first
   * principal that is unknown in one of the sandbox's accounts through `invalid`, the error that the service wants.
   */
  readonly toStored: (document: JsonValue, invalid: (principal: string) => AwsError) => JsonValue;
  /** The document as AWS shows and evaluates it: ids back to ARNs where the principal still exists, left as they are where not. */
  readonly toShown: (document: JsonValue) => JsonValue;
}

/** What a service is made from. */
export interface ServiceEnvironment {
  readonly now: () => Date;
  readonly region: string;
  readonly principals: PrincipalDirectory;
  readonly keys: KeyStore;
}

/** A service as the pipeline holds it. `src/sandbox/s3/index.ts` exports `createS3(environment: ServiceEnvironment): ServiceModule`. */
export interface ServiceModule {
  readonly handle: Service;
  /** Name of the operation (`PutObject`, …) without reading the body, for faults and 501 texts; `undefined` when unknown. */
  readonly operationOf: (request: AwsRequest) => string | undefined;
  /** Everything that is stored, as plain data, so that a test can assert that nothing was left. Payloads as lengths and hashes. */
  readonly snapshot: () => JsonValue;
}
