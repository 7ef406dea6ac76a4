import { AwsError } from '../contract.ts';
import { ALGORITHM, type CredentialScope } from './signature.ts';

/** What a client claims, parsed from its `Authorization` header or its presigned query; nothing is verified yet. */
export interface Claim {
  readonly type: 'header' | 'query';
  readonly keyId: string;
  readonly scope: CredentialScope;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly token: string | undefined;
  /** `YYYYMMDDTHHMMSSZ`. */
  readonly amzDate: string;
  readonly time: Date;
  /** Seconds that a presigned URL is good for. */
  readonly expires?: number;
}

/** How the parser reports what is malformed: `detail` is S3's wording, or the query services'. */
export interface ClaimErrors {
  readonly malformed: (detail: string) => AwsError;
  readonly missingDate: () => AwsError;
  readonly unsupportedAlgorithm: () => AwsError;
}

const HEADER_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]+$/;
const SIGNATURE = /^[0-9a-f]{64}$/;

/** The time of `YYYYMMDDTHHMMSSZ`, or of an HTTP date; `undefined` when it is neither. */
function parseAmzDate(text: string): Date | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function toAmzDate(httpDate: string): string | undefined {
  const time = Date.parse(httpDate);
  if (Number.isNaN(time)) return undefined;
  return new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

function parseCredential(text: string): { keyId: string; scope: CredentialScope } | undefined {
  const parts = text.split('/');
  if (parts.length < 5) return undefined;
  const [date = '', region = '', service = '', terminator] = parts.slice(-4);
  const keyId = parts.slice(0, -4).join('/');
  if (keyId === '' || terminator !== 'aws4_request' || !/^\d{8}$/.test(date) || region === '' || service === '') {
    return undefined;
  }
  return { keyId, scope: { date, region, service } };
}

function parseSignedHeaders(text: string): readonly string[] | undefined {
  const names = text.split(';');
  const sorted = names.every((name, index) => index === 0 || (names[index - 1] ?? '') < name);
  return sorted && names.every((name) => HEADER_NAME.test(name)) ? names : undefined;
}

/** The service that a credential of the request names, before anything is checked: it decides whose errors are given. */
export function claimedService(authorization: string | undefined, credential: string | undefined): string | undefined {
  const text = credential ?? /Credential=([^,\s]+)/.exec(authorization ?? '')?.[1];
  const parts = text?.split('/');
  return parts !== undefined && parts.length >= 5 ? parts[parts.length - 2] : undefined;
}

/** Parses an `Authorization` header of Signature Version 4. Throws the errors that it is given. */
export function parseAuthorizationHeader(
  authorization: string,
  headers: Readonly<Record<string, string>>,
  errors: ClaimErrors,
): Claim {
  const cut = authorization.search(/\s/);
  if (cut < 0 || authorization.slice(0, cut) !== ALGORITHM) throw errors.unsupportedAlgorithm();
  const fields = new Map<string, string>();
  for (const part of authorization.slice(cut).split(',')) {
    const equals = part.indexOf('=');
    if (equals < 0)
      throw errors.malformed(
        'the authorization header requires three components: Credential, SignedHeaders, and Signature.',
      );
    const name = part.slice(0, equals).trim();
    if (fields.has(name)) throw errors.malformed(`the parameter ${name} is given more than once.`);
    fields.set(name, part.slice(equals + 1).trim());
  }
  for (const name of ['Credential', 'SignedHeaders', 'Signature']) {
    if (!fields.has(name)) throw errors.malformed(`Authorization header requires '${name}' parameter.`);
  }
  const credential = parseCredential(fields.get('Credential') ?? '');
  if (credential === undefined) {
    throw errors.malformed(
      'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    );
  }
  const signedHeaders = parseSignedHeaders(fields.get('SignedHeaders') ?? '');
  if (signedHeaders === undefined)
    throw errors.malformed('the SignedHeaders are not in lower case, sorted and unique.');
  const signature = fields.get('Signature') ?? '';
  if (!SIGNATURE.test(signature)) throw errors.malformed('the Signature is not 64 hexadecimal digits.');
  const date = headers['x-amz-date'] ?? (headers.date === undefined ? undefined : toAmzDate(headers.date));
  const time = date === undefined ? undefined : parseAmzDate(date);
  if (date === undefined || time === undefined) throw errors.missingDate();
  return {
    type: 'header',
    ...credential,
    signedHeaders,
    signature,
    token: headers['x-amz-security-token'],
    amzDate: date,
    time,
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html */
const REQUIRED_PARAMETERS = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Date',
  'X-Amz-SignedHeaders',
  'X-Amz-Signature',
] as const;

/** One week, the longest that a presigned URL may live, in seconds. */
const MAX_EXPIRES = 604_800;

function queryError(message: string): AwsError {
  return new AwsError('AuthorizationQueryParametersError', 400, message);
}

/** Parses the query of a presigned URL. Throws AuthorizationQueryParametersError. S3 demands X-Amz-Expires, the query services do not. */
export function parsePresignedQuery(
  parameters: readonly (readonly [string, string])[],
  expiresRequired: boolean,
): Claim {
  const values = new Map<string, string>();
  for (const [name, value] of parameters) {
    if (!name.startsWith('X-Amz-')) continue;
    if (values.has(name)) throw queryError(`The parameter ${name} is given more than once.`);
    values.set(name, value);
  }
  const missing = REQUIRED_PARAMETERS.some((name) => !values.has(name));
  if (missing || (expiresRequired && !values.has('X-Amz-Expires'))) {
    throw queryError(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  }
  if (values.get('X-Amz-Algorithm') !== ALGORITHM) throw queryError(`X-Amz-Algorithm only supports "${ALGORITHM}"`);
  const credential = parseCredential(values.get('X-Amz-Credential') ?? '');
  if (credential === undefined) {
    throw queryError(
      'Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    );
  }
  const signedHeaders = parseSignedHeaders(values.get('X-Amz-SignedHeaders') ?? '');
  if (signedHeaders === undefined) throw queryError('X-Amz-SignedHeaders must be in lower case, sorted and unique');
  const signature = values.get('X-Amz-Signature') ?? '';
  if (!SIGNATURE.test(signature)) throw queryError('X-Amz-Signature must be 64 hexadecimal digits');
  const amzDate = values.get('X-Amz-Date') ?? '';
  const time = parseAmzDate(amzDate);
  if (time === undefined) throw queryError("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  const expires = values.get('X-Amz-Expires');
  return {
    type: 'query',
    ...credential,
    signedHeaders,
    signature,
    token: values.get('X-Amz-Security-Token'),
    amzDate,
    time,
    ...(expires === undefined ? {} : { expires: parseExpires(expires) }),
  };
}

function parseExpires(text: string): number {
  if (!/^-?\d{1,18}$/.test(text)) throw queryError('X-Amz-Expires should be a number');
  const seconds = Number(text);
  if (seconds < 0) throw queryError('X-Amz-Expires must be non-negative');
  if (seconds > MAX_EXPIRES) {
    throw queryError(
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    );
  }
  return seconds;
}
