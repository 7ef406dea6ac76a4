import { describe, expect, it } from 'vitest';
import { createHttpStage } from './http-stage.ts';
import { CLIENT, rootKeys } from './support.ts';

const { send } = createHttpStage();

describe('wrong signatures get the codes of S3', () => {
  const put = (options: Parameters<typeof send>[2]) => send('PUT', '/data/key', { body: 'x', ...options });
  const wrong = { accessKeyId: CLIENT, secretAccessKey: 'wrong' };

  it.each([
    ['a wrong secret', { keys: wrong }, 403, 'SignatureDoesNotMatch'],
    [
      'an unknown key',
      { keys: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' } },
      403,
      'InvalidAccessKeyId',
    ],
    ['a token that is none', { keys: { ...rootKeys(CLIENT), sessionToken: 'x' } }, 400, 'InvalidToken'],
    ['a clock 16 minutes slow', { headers: { 'X-Amz-Date': amzDate(-16) } }, 403, 'RequestTimeTooSkewed'],
    ['a clock 16 minutes fast', { headers: { 'X-Amz-Date': amzDate(16) } }, 403, 'RequestTimeTooSkewed'],
  ] as const)('%s', async (_what, options, status, code) => {
    expect(await put(options)).toMatchObject({ status, code });
  });

  const tampered: readonly (readonly [string, (headers: Record<string, string>) => void, number, string])[] = [
    [
      'no date',
      (headers) => {
        delete headers['x-amz-date'];
      },
      403,
      'AccessDenied',
    ],
    [
      'no x-amz-content-sha256',
      (headers) => {
        delete headers['x-amz-content-sha256'];
      },
      400,
      'InvalidRequest',
    ],
    [
      'a nonsense x-amz-content-sha256',
      (headers) => {
        headers['x-amz-content-sha256'] = 'x';
      },
      400,
      'InvalidArgument',
    ],
    [
      'an x-amz header that is not signed',
      (headers) => {
        headers['x-amz-acl'] = 'public-read';
      },
      403,
      'AccessDenied',
    ],
    [
      'a Basic authorization',
      (headers) => {
        headers.authorization = 'Basic eDp5';
      },
      400,
      'InvalidRequest',
    ],
    [
      'a credential without scope',
      (headers) => {
        headers.authorization = (headers.authorization ?? '').replace(/Credential=[^,]+/, 'Credential=x');
      },
      400,
      'AuthorizationHeaderMalformed',
    ],
    [
      'a signature cut short',
      (headers) => {
        headers.authorization = (headers.authorization ?? '').slice(0, -1);
      },
      400,
      'AuthorizationHeaderMalformed',
    ],
    [
      'a scope of yesterday',
      (headers) => {
        headers.authorization = (headers.authorization ?? '').replace(/\/\d{8}\//, '/20200101/');
      },
      400,
      'AuthorizationHeaderMalformed',
    ],
  ];
  it.each(tampered)('%s', async (_what, after, status, code) => {
    expect(await put({ after })).toMatchObject({ status, code });
  });

  it('an error names no secret', async () => {
    const answer = await put({ keys: { ...wrong, sessionToken: 'SANDBOX//secret-token' } });
    expect(answer.body).not.toContain('secret-token');
  });

  it('shows what it computed, so that the client can compare', async () => {
    const answer = await put({ keys: wrong });
    expect(answer.body).toContain('<StringToSign>AWS4-HMAC-SHA256\n');
    expect(answer.body).toContain('<CanonicalRequest>PUT\n/data/key\n');
    expect(answer.headers.get('x-amz-request-id')).toMatch(/^[0-9A-F]{16}$/);
    expect(answer.headers.get('x-amz-id-2')).toMatch(/^.{50,}$/);
  });
});

describe('wrong signatures get the codes of STS', () => {
  const form = { body: 'Action=GetCallerIdentity&Version=2011-06-15', service: 'sts' };
  const post = (options: Parameters<typeof send>[2]) =>
    send('POST', '/', { ...form, headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, ...options });

  it.each([
    [
      'a wrong secret',
      { keys: { accessKeyId: CLIENT, secretAccessKey: 'wrong' } },
      403,
      'SignatureDoesNotMatch',
      /Check your AWS Secret Access Key/,
    ],
    [
      'an unknown key',
      { keys: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' } },
      403,
      'InvalidClientTokenId',
      /^The security token included in the request is invalid\.$/,
    ],
    [
      'a clock 16 minutes slow',
      { headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'X-Amz-Date': amzDate(-16) } },
      403,
      'SignatureDoesNotMatch',
      /^Signature expired: \d{8}T\d{6}Z is now earlier than .* - 15 min\.\)$/,
    ],
    [
      'a clock 6 minutes fast',
      { headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'X-Amz-Date': amzDate(6) } },
      403,
      'SignatureDoesNotMatch',
      /^Signature not yet current: \d{8}T\d{6}Z is still later than .* \+ 5 min\.\)$/,
    ],
    [
      'a cut authorization',
      {
        after: (headers: Record<string, string>) => {
          headers.authorization = 'AWS4-HMAC-SHA256 Credential=AKIA/20130524/us-east-1/sts/aws4_request';
        },
      },
      400,
      'IncompleteSignature',
      /SignedHeaders/,
    ],
    [
      'no authorization',
      {
        after: (headers: Record<string, string>) => {
          delete headers.authorization;
        },
      },
      403,
      'MissingAuthenticationToken',
      /^Request is missing Authentication Token$/,
    ],
    ['a changed body', { after: () => undefined, body: 'Action=GetCallerIdentity' }, 200, undefined, /.*/],
  ] as const)('%s', async (_what, options, status, code, message) => {
    const answer = await post(options);
    expect(answer).toMatchObject({ status, code });
    expect(answer.message ?? '').toMatch(message);
    expect(answer.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('a service that is not here gets 501 by name', async () => {
    expect(await send('POST', '/', { service: 'dynamodb', body: '{}' })).toMatchObject({
      status: 501,
      code: 'NotImplemented',
      message: 'The sandbox does not provide the service dynamodb.',
    });
  });
});

function amzDate(minutes: number): string {
  return new Date(Date.now() + minutes * 60_000).toISOString().replace(/[-:]|\.\d{3}/g, '');
}
