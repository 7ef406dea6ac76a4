import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBench } from './support.ts';

const SUBRESOURCES =
  'acl policy policyStatus publicAccessBlock ownershipControls encryption versioning versions tagging lifecycle location uploads uploadId delete attributes requestPayment cors object-lock metrics analytics logging notification replication website accelerate retention restore select torrent session nonsense'.split(
    ' ',
  );
const PARAMETERS =
  'prefix delimiter marker max-keys continuation-token start-after encoding-type key-marker version-id-marker upload-id-marker max-uploads max-parts part-number-marker partNumber versionId id list-type fetch-owner max-buckets response-content-type'.split(
    ' ',
  );
const HEADERS =
  'range if-match if-none-match if-modified-since if-unmodified-since content-type content-encoding content-length cache-control x-amz-acl x-amz-grant-read x-amz-tagging x-amz-copy-source x-amz-copy-source-range x-amz-copy-source-if-match x-amz-metadata-directive x-amz-tagging-directive x-amz-meta-a x-amz-meta-__proto__ x-amz-storage-class x-amz-server-side-encryption x-amz-server-side-encryption-aws-kms-key-id x-amz-server-side-encryption-customer-algorithm x-amz-checksum-algorithm x-amz-checksum-type x-amz-checksum-mode x-amz-sdk-checksum-algorithm x-amz-object-attributes x-amz-max-parts x-amz-object-lock-mode x-amz-object-lock-retain-until-date x-amz-expected-bucket-owner x-amz-website-redirect-location x-amz-mp-object-size x-amz-object-ownership content-md5'.split(
    ' ',
  );

const odd = fc.oneof(
  fc.constantFrom(
    '',
    '*',
    '0',
    '1',
    '-1',
    '10001',
    '1e9',
    'null',
    'true',
    'url',
    '2',
    'bytes=0-0',
    'bytes=-1',
    'bytes=9-',
    'bytes=1-0',
    '"x"',
    'aws:kms',
    'AES256',
    'CRC32',
    'COMPOSITE',
    'FULL_OBJECT',
    'ENABLED',
    'COPY',
    'REPLACE',
    'STANDARD',
    'GLACIER',
    'private',
    'public-read',
    '__proto__',
    'constructor',
    '/bucket/key',
    'bucket/key?versionId=null',
    'bucket/',
    'a=1&b',
    'ETag,ObjectParts',
    'Thu, 01 Jan 1970 00:00:00 GMT',
    '%',
    '%zz',
    '/',
    'ETag',
    '111122223333',
    'BucketOwnerEnforced',
  ),
  fc.string({ maxLength: 12 }).map((text) => text.replace(/[^\x20-\x7e]/g, '~')),
);

const KEYS = [
  '',
  '/',
  '/key',
  '/other',
  '/__proto__',
  '/%00',
  '/a//b/../c',
  '/%F0%9F%98%80',
  '/%ff',
  `/${'k'.repeat(1100)}`,
  '/%2F',
];
const BODIES = [
  '',
  'x',
  '{',
  '{"Version":"2012-10-17","Statement":[]}',
  '<a/>',
  '<Delete><Object><Key>key</Key></Object></Delete>',
  '<Tagging><TagSet><Tag><Key>__proto__</Key><Value>v</Value></Tag></TagSet></Tagging>',
  '<Tagging/>',
  '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
  '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>',
  '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>x</ETag></Part></CompleteMultipartUpload>',
  '<LifecycleConfiguration><Rule><__proto__>x</__proto__></Rule></LifecycleConfiguration>',
  '<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>x</KMSMasterKeyID></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>',
  '<OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>',
  '<AccessControlPolicy><AccessControlList><Grant/></AccessControlList></AccessControlPolicy>',
  '<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>',
  '<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>',
];

const request = fc.record({
  method: fc.constantFrom('GET', 'GET', 'HEAD', 'PUT', 'PUT', 'POST', 'DELETE', 'PATCH'),
  bucket: fc.constantFrom('/bucket', '/bucket', '/bucket', '/no-such-bucket', '/BAD', ''),
  key: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('', '/key') },
    { weight: 1, arbitrary: fc.constantFrom(...KEYS) },
  ),
  subresource: fc.option(fc.constantFrom(...SUBRESOURCES), { nil: undefined, freq: 1 }),
  parameters: fc.dictionary(fc.constantFrom(...PARAMETERS), odd, { maxKeys: 2 }),
  headers: fc.dictionary(fc.constantFrom(...HEADERS), odd, { maxKeys: 2 }),
  body: fc.constantFrom(...BODIES),
  signed: fc.constantFrom(true, true, true, false),
});

test('whatever is asked, S3 answers as S3 does, never with a bug of ours', async () => {
  const bench = createBench();
  const statuses = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(request, async ({ method, bucket, key, subresource, parameters, headers, body, signed }) => {
      await bench.send({ method: 'PUT', path: '/bucket' }, bench.rootCaller);
      await bench.send({ method: 'PUT', path: '/bucket/key', body: Buffer.from('hello') }, bench.rootCaller);
      const query = [
        ...(subresource === undefined ? [] : [subresource]),
        ...Object.entries(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`),
      ].join('&');
      const raw = { method, path: `${bucket}${key}` || '/', query, headers, body: Buffer.from(body) };
      // Whatever is thrown and is no AwsError comes out of `send` and fails the test.
      const answer = await bench.send(raw, signed ? bench.rootCaller : undefined);
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      expect([200, 204, 206, 301, 304, 400, 403, 404, 405, 409, 411, 412, 416, 501]).toContain(answer.status);
      for (const [name, value] of Object.entries(answer.headers)) expect(`${name}: ${value}`).toMatch(/^[\x20-\x7e]*$/);
    }),
    { numRuns: Number(process.env.HOSTILE_RUNS ?? 1000) },
  );
  expect(statuses.get(200)).toBeGreaterThan(50);
  expect(Object.keys(Object.prototype)).toEqual([]);
});
