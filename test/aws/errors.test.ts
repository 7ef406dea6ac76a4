import { describe, expect, test } from 'vitest';
import { normaliseError, redact } from '../../src/aws/index.ts';
import type { FailureKind } from '../../src/model/failure.ts';

/** An error as the SDK throws it. */
function sdkError(name: string, status: number | undefined, message = 'text', more: object = {}): Error {
  const metadata = status === undefined ? {} : { $metadata: { httpStatusCode: status, attempts: 1, requestId: 'R1' } };
  return Object.assign(new Error(message), { name }, metadata, more);
}

describe('each answer has its kind', () => {
  test.each<[string, unknown, FailureKind]>([
    ['a refusal', sdkError('AccessDenied', 403), 'denied'],
    ['a refused HEAD, which has no body', sdkError('403', 403, 'UnknownError'), 'denied'],
    ['a refused HEAD as newer SDKs name it', sdkError('Unknown', 403, 'UnknownError'), 'denied'],
    ['a missing key', sdkError('NoSuchKey', 404), 'not-found'],
    ['a HEAD of what is missing', sdkError('NotFound', 404, 'UnknownError'), 'not-found'],
    ['an unknown key id', sdkError('InvalidAccessKeyId', 403), 'credentials'],
    ['an unknown key id at STS', sdkError('InvalidClientTokenId', 403), 'credentials'],
    ['a wrong secret', sdkError('SignatureDoesNotMatch', 403), 'credentials'],
    ['an expired token', sdkError('ExpiredToken', 400), 'expired'],
    ['an expired token at STS', sdkError('ExpiredTokenException', 403), 'expired'],
    ['no credentials', sdkError('CredentialsProviderError', undefined, 'Could not load credentials'), 'credentials'],
    [
      'an expired SSO session',
      sdkError('CredentialsProviderError', undefined, 'The SSO session has expired'),
      'expired',
    ],
    ['a wrong clock', sdkError('RequestTimeTooSkewed', 403), 'clock-skew'],
    [
      'a wrong clock at STS',
      sdkError('SignatureDoesNotMatch', 403, 'Signature expired: 2026 is now earlier'),
      'clock-skew',
    ],
    ['throttling', sdkError('SlowDown', 503), 'throttling'],
    ['throttling at STS', sdkError('Throttling', 400), 'throttling'],
    ['429', sdkError('429', 429), 'throttling'],
    ['500', sdkError('InternalError', 500), 'server'],
    ['502 with HTML of a proxy', sdkError('SyntaxError', 502, '<html>'), 'server'],
    ['a refusal with status 500', sdkError('AccessDenied', 500), 'server'],
    [
      'a reset connection',
      Object.assign(new Error('socket hang up'), { code: 'ECONNRESET', name: 'TimeoutError' }),
      'network',
    ],
    ['no such host', Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }), 'network'],
    ['nobody listens', new AggregateError([Object.assign(new Error('x'), { code: 'ECONNREFUSED' })]), 'network'],
    [
      'a certificate that nobody trusts',
      Object.assign(new Error('x'), { code: 'SELF_SIGNED_CERT_IN_CHAIN' }),
      'network',
    ],
    [
      'an answer that is not HTTP',
      Object.assign(new Error('Parse Error'), { code: 'HPE_INVALID_CONSTANT' }),
      'network',
    ],
    ['a deadline', sdkError('TimeoutError', undefined), 'timeout'],
    ['an abort that the user did not ask for', sdkError('AbortError', undefined), 'timeout'],
    ['another region', sdkError('PermanentRedirect', 301), 'region'],
    ['a key that is taken', sdkError('PreconditionFailed', 412), 'precondition'],
    ['ACLs that are off', sdkError('AccessControlListNotSupported', 400), 'acl'],
    ['a disabled KMS key', sdkError('KMS.DisabledException', 400), 'kms'],
    ['a page of a proxy with status 200', sdkError('SyntaxError', 200, 'Unexpected token <'), 'unknown'],
    ['a page of a proxy with status 403', sdkError('SyntaxError', 403, 'char "<" is not expected'), 'unknown'],
    ['something that is no error', 'text', 'unknown'],
    ['nothing', undefined, 'unknown'],
  ])('%s', (_name, error, kind) => {
    expect(normaliseError(error).kind).toBe(kind);
  });

  test('an abort of the user is told from a deadline', () => {
    const signal = AbortSignal.abort('SIGINT');
    expect(normaliseError(sdkError('AbortError', undefined), { signal }).kind).toBe('interrupted');
  });
});

test("the request id, the region and AWS's reason are kept", () => {
  const message =
    'User: arn:aws:sts::1:assumed-role/r/s is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::b/k" because no identity-based policy allows the s3:PutObject action';
  const error = sdkError('AccessDenied', 403, message, {
    $response: { headers: { 'x-amz-bucket-region': 'eu-west-1' } },
  });
  expect(normaliseError(error)).toMatchObject({
    requestId: 'R1',
    bucketRegion: 'eu-west-1',
    denial: { action: 's3:PutObject', resource: 'arn:aws:s3:::b/k', layer: 'identity', explicit: false },
  });
});

test('nothing secret and nothing that moves a cursor gets out of an answer', () => {
  const secret = 'FwoGZXIvYXdzEJr//////////wEaDExample';
  const texts = [
    `The canonical string was 'x-amz-security-token:${secret}'`,
    `https://b.s3.amazonaws.com/k?X-Amz-Security-Token=${secret}&X-Amz-Signature=${secret}`,
    `{"SecretAccessKey":"${secret}","SessionToken": "${secret}"}`,
    `Authorization: AWS4-HMAC-SHA256 Credential=${secret}`,
    `aws_secret_access_key = ${secret}`,
  ];
  for (const text of texts) expect(redact(text)).not.toContain(secret);
  expect(redact('a\u001B]8;;http://x\u0007b\u202Ec\nd')).toBe('a ]8;;http://x b c d');
  expect(redact('key AKIAIOSFODNN7EXAMPLE is unknown')).toBe('key AKIA...MPLE is unknown');
  expect(redact('x'.repeat(1_000_000)).length).toBeLessThan(1_010);
});
