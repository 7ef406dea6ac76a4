import { parseDenial } from '../model/denial.ts';
import type { Failure, FailureKind } from '../model/failure.ts';
import { redact } from './redact.ts';

/**
 * AWS's codes by kind.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 * https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
 */
const CODES: Readonly<Partial<Record<FailureKind, readonly string[]>>> = {
  denied: [
    'AccessDenied',
    'AccessDeniedException',
    'AllAccessDisabled',
    'Forbidden',
    'UnauthorizedAccess',
    'UnauthorizedOperation',
  ],
  'not-found': [
    'AWSOrganizationsNotInUseException',
    'ChildNotFoundException',
    'NoSuchBucket',
    'NoSuchBucketPolicy',
    'NoSuchEntity',
    'NoSuchKey',
    'NoSuchPublicAccessBlockConfiguration',
    'NoSuchUpload',
    'NoSuchVersion',
    'NotFound',
    'NotFoundException',
    'ObjectLockConfigurationNotFoundError',
    'OwnershipControlsNotFoundError',
    'ServerSideEncryptionConfigurationNotFoundError',
    'TargetNotFoundException',
  ],
  credentials: [
    'AuthFailure',
    'CredentialsProviderError',
    'IncompleteSignature',
    'InvalidAccessKeyId',
    'InvalidClientTokenId',
    'InvalidSecurity',
    'InvalidSignatureException',
    'InvalidToken',
    'MissingAuthenticationToken',
    'NotSignedUp',
    'ProviderError',
    'SignatureDoesNotMatch',
    'TokenProviderError',
    'UnrecognizedClientException',
  ],
  expired: ['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired'],
  'clock-skew': ['RequestExpired', 'RequestInTheFuture', 'RequestTimeTooSkewed'],
  throttling: [
    'BandwidthLimitExceeded',
    'PriorRequestNotComplete',
    'RequestLimitExceeded',
    'RequestThrottled',
    'RequestThrottledException',
    'SlowDown',
    'ThrottledException',
    'Throttling',
    'ThrottlingException',
    'TooManyRequestsException',
  ],
  server: ['InternalError', 'InternalFailure', 'ServiceUnavailable'],
  region: [
    'AuthorizationHeaderMalformed',
    'IllegalLocationConstraintException',
    'PermanentRedirect',
    'RegionDisabledException',
    'TemporaryRedirect',
  ],
  precondition: ['ConditionalRequestConflict', 'PreconditionFailed'],
  acl: ['AccessControlListNotSupported', 'InvalidBucketAclWithObjectOwnership'],
  timeout: ['RequestTimeout', 'RequestTimeoutException'],
};

const KIND_OF_CODE = new Map(
  Object.entries(CODES).flatMap(([kind, codes]) => codes.map((code) => [code, kind as FailureKind] as const)),
);

/** Codes of Node's that mean that no answer came. TLS has many: they begin with CERT_, ERR_TLS_, ERR_SSL_ and the like. */
const NETWORK_CODES =
  /^(ECONN|ENOTFOUND$|EAI_|EPIPE$|EHOST|ENET|EPROTO$|ERR_(TLS|SSL|STREAM)|CERT_|DEPTH_|SELF_SIGNED_|UNABLE_TO_|HPE_)/;

/** Kinds that say something about the caller's permissions or the bucket. */
const VERDICTS: readonly FailureKind[] = ['denied', 'not-found', 'precondition', 'acl', 'kms'];

/** Said to those who have the SDK's error at hand. */
const SDK_HINT = /\s*Deserialization error: to see the raw response, inspect the hidden field \S+ on this object\./;

/** What a call was made under; tells an interrupt from a deadline. */
export interface CallContext {
  /** Aborted by the user or the end of the run. */
  readonly signal?: AbortSignal;
  /** The call's time is over. */
  readonly late?: boolean;
  /** Host that was called, for messages about answers that are not AWS's. */
  readonly host?: string;
}

interface SdkError {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly Code?: unknown;
  readonly cause?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string; readonly attempts?: number };
  readonly $response?: { readonly statusCode?: number; readonly headers?: Readonly<Record<string, string>> };
}

/**
 * Sorts whatever the SDK threw. The answer to a HEAD has no body, so its status alone decides. Never throws; what it does not know
 * is `unknown`, which is never a verdict.
 */
export function normaliseError(error: unknown, context: CallContext = {}): Failure {
  const sdk: SdkError = typeof error === 'object' && error !== null ? error : { message: String(error) };
  const status = sdk.$metadata?.httpStatusCode ?? sdk.$response?.statusCode;
  const headers = sdk.$response?.headers ?? {};
  const systemCode = systemCodeOf(sdk);
  const code = codeOf(sdk, status, systemCode);
  const message = redact(String(sdk.message ?? '').replace(SDK_HINT, ''));
  const requestId = sdk.$metadata?.requestId ?? headers['x-amz-request-id'] ?? headers['x-amzn-requestid'];
  const found = kindOf({ sdk, code, status, systemCode, message }, context);
  // Every answer of AWS has a request id: a refusal without one is a proxy's, and says nothing about permissions.
  const kind = VERDICTS.includes(found) && requestId === undefined ? 'unknown' : found;
  const region = headers['x-amz-bucket-region'];
  const denial = kind === 'denied' ? parseDenial(message) : {};
  return {
    kind,
    code: redact(code).slice(0, 100),
    message: describe(kind, message, status, context),
    attempts: sdk.$metadata?.attempts ?? 1,
    ...(requestId === undefined ? {} : { requestId: redact(requestId).slice(0, 100) }),
    ...(status === undefined ? {} : { httpStatus: status }),
    ...(Object.keys(denial).length === 0 ? {} : { denial }),
    ...(region === undefined || !/^[a-z0-9-]{1,32}$/.test(region) ? {} : { bucketRegion: region }),
  };
}

interface Facts {
  readonly sdk: SdkError;
  readonly code: string;
  readonly status: number | undefined;
  readonly systemCode: string | undefined;
  readonly message: string;
}

function kindOf(facts: Facts, context: CallContext): FailureKind {
  const { sdk, code, status, systemCode, message } = facts;
  // The body of an answer that is cut off breaks like any connection.
  const isCut = sdk.name === 'AbortError' || (status === undefined && systemCode === 'ECONNRESET');
  if (isCut && context.signal?.aborted === true) return 'interrupted';
  if (sdk.name === 'AbortError' || (isCut && context.late === true)) return 'timeout';
  if (status !== undefined && status >= 500) return KIND_OF_CODE.get(code) === 'throttling' ? 'throttling' : 'server';
  if (status === 429) return 'throttling';
  if (code === 'SignatureDoesNotMatch' && /signature (expired|not yet current)/i.test(message)) return 'clock-skew';
  if (code === 'CredentialsProviderError' && /expired|sso login/i.test(message)) return 'expired';
  if (code.startsWith('KMS.')) return 'kms';
  const known = KIND_OF_CODE.get(code);
  if (known !== undefined) return known;
  if (systemCode !== undefined && NETWORK_CODES.test(systemCode)) return 'network';
  if (sdk.name === 'TimeoutError') return 'timeout';
  if (/socket hang up|other side closed/.test(message)) return 'network';
  return kindOfStatus(status, code);
}

/** For answers without a code that one knows: those to HEAD, which have no body. */
function kindOfStatus(status: number | undefined, code: string): FailureKind {
  const hasOwnCode = !/^(\d+|Unknown|UnknownError|Error|BadRequest)$/.test(code);
  if (hasOwnCode) return 'unknown';
  if (status === 401 || status === 403) return 'denied';
  if (status === 404) return 'not-found';
  if (status === 412) return 'precondition';
  if (status === 301 || status === 307) return 'region';
  return 'unknown';
}

function codeOf(sdk: SdkError, status: number | undefined, systemCode: string | undefined): string {
  const own = typeof sdk.Code === 'string' ? sdk.Code : undefined;
  const name = typeof sdk.name === 'string' ? sdk.name : 'Error';
  if (own !== undefined) return own;
  if (status === undefined && systemCode !== undefined) return systemCode;
  if (/^(Unknown|UnknownError|Error)$/.test(name) && status !== undefined) return String(status);
  return name;
}

/** The first code of the operating system or of TLS along the causes. */
function systemCodeOf(sdk: SdkError): string | undefined {
  let at: unknown = sdk;
  for (let depth = 0; depth < 5 && typeof at === 'object' && at !== null; depth++) {
    const { code, cause } = at as SdkError;
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code)) return code;
    const first: unknown = at instanceof AggregateError ? at.errors[0] : undefined;
    at = first ?? cause;
  }
  return undefined;
}

function describe(kind: FailureKind, message: string, status: number | undefined, context: CallContext): string {
  const host = context.host === undefined ? 'the service' : context.host;
  if (kind === 'timeout') return `${host} did not answer in time`;
  if (kind === 'unknown' && status !== undefined)
    return `${host} answered with status ${status}: ${message || 'nothing'}`;
  if (message === '' || message === 'UnknownError' || message === 'Unknown') {
    return status === undefined ? `${host} could not be reached` : `${host} answered with status ${status} and no text`;
  }
  return message;
}
