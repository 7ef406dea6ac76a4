import { AwsError } from '../contract.ts';

/**
 * The two families of authentication errors: S3's own, and those of the query services (IAM, STS).
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 * https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
 */
export type Dialect = 's3' | 'query' | 'json';

/** What went wrong, with what the text of the error needs. Never holds a secret. */
export interface AuthenticationErrors {
  readonly malformed: (detail: string, fields?: Readonly<Record<string, string>>) => AwsError;
  readonly missingDate: () => AwsError;
  readonly unsupportedAlgorithm: () => AwsError;
  readonly unknownKey: (keyId: string) => AwsError;
  readonly invalidToken: (token: string) => AwsError;
  readonly expiredToken: (token: string) => AwsError;
  readonly mismatch: (facts: MismatchFacts) => AwsError;
  readonly skewed: (facts: SkewFacts) => AwsError;
  readonly notSigned: (headers: readonly string[]) => AwsError;
}

/** S3 shows what it computed, so that a client can compare. */
export interface MismatchFacts {
  readonly keyId: string;
  readonly signature: string;
  readonly stringToSign: string;
  readonly canonicalRequest: string;
}

/** Times of a request that is too old or too early. */
export interface SkewFacts {
  readonly amzDate: string;
  readonly requestTime: Date;
  readonly serverTime: Date;
}

function hexBytes(text: string): string {
  return (Buffer.from(text).toString('hex').match(/../g) ?? []).join(' ');
}

/** `YYYY-MM-DDTHH:MM:SSZ`, the form of S3's error elements. */
export function isoSeconds(date: Date): string {
  return date.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** `YYYYMMDDTHHMMSSZ`, the form of `X-Amz-Date`. */
function basicIso(date: Date): string {
  return isoSeconds(date).replace(/[-:]/g, '');
}

/** Server's allowance for S3 in both directions, and for the query services into the past. */
export const MAX_SKEW_MS = 15 * 60_000;
/** The query services take a request from the future for 5 minutes only. */
export const MAX_EARLY_MS = 5 * 60_000;

const S3: AuthenticationErrors = {
  malformed: (detail, fields) =>
    new AwsError(
      'AuthorizationHeaderMalformed',
      400,
      `The authorization header is malformed; ${detail}`,
      fields === undefined ? {} : { fields },
    ),
  missingDate: () => new AwsError('AccessDenied', 403, 'AWS authentication requires a valid Date or x-amz-date header'),
  unsupportedAlgorithm: () =>
    new AwsError(
      'InvalidRequest',
      400,
      'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
    ),
  unknownKey: (keyId) =>
    new AwsError('InvalidAccessKeyId', 403, 'The AWS Access Key Id you provided does not exist in our records.', {
      fields: { AWSAccessKeyId: keyId },
    }),
  // The real service repeats the token in Token-0. It is a secret: the sandbox leaves it out.
  invalidToken: () => new AwsError('InvalidToken', 400, 'The provided token is malformed or otherwise invalid.'),
  expiredToken: () => new AwsError('ExpiredToken', 400, 'The provided token has expired.'),
  mismatch: (facts) =>
    new AwsError(
      'SignatureDoesNotMatch',
      403,
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      {
        fields: {
          AWSAccessKeyId: facts.keyId,
          StringToSign: facts.stringToSign,
          SignatureProvided: facts.signature,
          StringToSignBytes: hexBytes(facts.stringToSign),
          CanonicalRequest: facts.canonicalRequest,
          CanonicalRequestBytes: hexBytes(facts.canonicalRequest),
        },
      },
    ),
  skewed: (facts) =>
    new AwsError(
      'RequestTimeTooSkewed',
      403,
      'The difference between the request time and the current time is too large.',
      {
        fields: {
          RequestTime: facts.amzDate,
          ServerTime: isoSeconds(facts.serverTime),
          MaxAllowedSkewMilliseconds: String(MAX_SKEW_MS),
        },
      },
    ),
  notSigned: (headers) =>
    new AwsError('AccessDenied', 403, 'There were headers present in the request which were not signed', {
      fields: { HeadersNotSigned: headers.join(', ') },
    }),
};

function invalidClientToken(): AwsError {
  return new AwsError('InvalidClientTokenId', 403, 'The security token included in the request is invalid.');
}

function minutes(ms: number): string {
  return `${ms / 60_000} min.`;
}

const QUERY: AuthenticationErrors = {
  malformed: (detail) => new AwsError('IncompleteSignature', 400, detail),
  missingDate: () =>
    new AwsError(
      'IncompleteSignature',
      400,
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    ),
  unsupportedAlgorithm: () => new AwsError('IncompleteSignature', 400, "Unsupported AWS 'algorithm'."),
  unknownKey: invalidClientToken,
  invalidToken: invalidClientToken,
  expiredToken: () => new AwsError('ExpiredToken', 403, 'The security token included in the request is expired'),
  mismatch: () =>
    new AwsError(
      'SignatureDoesNotMatch',
      403,
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    ),
  skewed: (facts) => {
    const now = facts.serverTime.getTime();
    const text =
      facts.requestTime.getTime() < now
        ? `Signature expired: ${facts.amzDate} is now earlier than ${basicIso(new Date(now - MAX_SKEW_MS))} (${basicIso(facts.serverTime)} - ${minutes(MAX_SKEW_MS)})`
        : `Signature not yet current: ${facts.amzDate} is still later than ${basicIso(new Date(now + MAX_EARLY_MS))} (${basicIso(facts.serverTime)} + ${minutes(MAX_EARLY_MS)})`;
    return new AwsError('SignatureDoesNotMatch', 403, text);
  },
  notSigned: (headers) =>
    new AwsError(
      'SignatureDoesNotMatch',
      403,
      `'${headers.join("', '")}' must be a 'SignedHeader' in the AWS Authorization.`,
    ),
};

const JSON_CODES: Readonly<Record<string, string>> = {
  IncompleteSignature: 'IncompleteSignatureException',
  InvalidClientTokenId: 'UnrecognizedClientException',
  ExpiredToken: 'ExpiredTokenException',
  SignatureDoesNotMatch: 'InvalidSignatureException',
};

/** The JSON protocols have the texts of the query services under other names, all 400. https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html */
function asJson<A extends readonly unknown[]>(make: (...given: A) => AwsError): (...given: A) => AwsError {
  return (...given) => {
    const { code, message } = make(...given);
    return new AwsError(JSON_CODES[code] ?? code, 400, message);
  };
}

const JSON_ERRORS: AuthenticationErrors = {
  malformed: asJson(QUERY.malformed),
  missingDate: asJson(QUERY.missingDate),
  unsupportedAlgorithm: asJson(QUERY.unsupportedAlgorithm),
  unknownKey: asJson(QUERY.unknownKey),
  invalidToken: asJson(QUERY.invalidToken),
  expiredToken: asJson(QUERY.expiredToken),
  mismatch: asJson(QUERY.mismatch),
  skewed: asJson(QUERY.skewed),
  notSigned: asJson(QUERY.notSigned),
};

const ERRORS: Readonly<Record<Dialect, AuthenticationErrors>> = { s3: S3, query: QUERY, json: JSON_ERRORS };

/** The errors of a dialect. */
export function authenticationErrors(dialect: Dialect): AuthenticationErrors {
  return ERRORS[dialect];
}
