import type { Denial } from './denial.ts';

/**
 * What kind of answer an AWS call gave when it was not a good one, a closed set.
 *
 * Only `denied` means that the caller may not do it. `acl`, `kms` and `precondition` are answers too: S3 understood and refused for
 * another reason. `interrupted` is a signal of the user's; everything else leaves open whether the caller is allowed.
 */
export type FailureKind =
  | 'denied'
  | 'not-found'
  | 'credentials'
  | 'expired'
  | 'clock-skew'
  | 'throttling'
  | 'server'
  | 'network'
  | 'timeout'
  | 'region'
  | 'precondition'
  | 'acl'
  | 'kms'
  | 'interrupted'
  | 'unknown';

/** A failed AWS call, free of secrets and control characters. */
export interface Failure {
  readonly kind: FailureKind;
  /** AWS's code (`AccessDenied`), or the operating system's (`ECONNREFUSED`). */
  readonly code: string;
  readonly message: string;
  readonly requestId?: string;
  readonly httpStatus?: number;
  /** HTTP requests that were sent, the client's own retries included. */
  readonly attempts: number;
  /** What AWS says about who refused what. */
  readonly denial?: Denial;
  /** The bucket's region, where the answer tells it. */
  readonly bucketRegion?: string;
}

/** Codes for a key that AWS does not know: deleted, made inactive, mistyped, or so new that not every server knows it. */
export const UNKNOWN_KEY_CODES: readonly string[] = [
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
];

/** Codes of keys and sessions that are so new that not every server knows them. */
export const UNKNOWN_YET_CODES: readonly string[] = [...UNKNOWN_KEY_CODES, 'InvalidToken'];
