import { describe, expect, it } from 'vitest';
import { readGrant } from '../../src/documents/read-grant.ts';
import {
  validateBucketPolicy,
  validateIdentityPolicy,
  validateTrustPolicy,
} from '../../src/documents/validators.generated.js';
import {
  fullAccessDocument,
  identityPolicy,
  tlsOnlyBucketPolicy,
  trustPolicy,
} from '../../src/generate/policy-documents.ts';

const grant = (input: object) => readGrant(input, { name: 'the grant' });
const key = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

describe('policy documents', () => {
  it('makes the minimal policy: four actions on one bucket', () => {
    expect(identityPolicy(grant({ bucket: 'my-bucket' }))).toEqual({
      Version: '2012-10-17',
      Statement: [
        { Sid: 'ChannelMixListBucket', Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::my-bucket' },
        {
          Sid: 'ChannelMixReadWriteObjects',
          Effect: 'Allow',
          Action: ['s3:PutObject', 's3:GetObject', 's3:DeleteObject'],
          Resource: 'arn:aws:s3:::my-bucket/*',
        },
      ],
    });
  });

  it('lets the verifier remove the versions of its own probes from a bucket that the kit creates', () => {
    const document = identityPolicy(grant({ bucket: 'my-bucket', createBucket: true, prefix: 'a/' }));
    expect([document?.Statement].flat().at(-1)).toEqual({
      Sid: 'ChannelMixRemoveProbeVersions',
      Effect: 'Allow',
      Action: 's3:DeleteObjectVersion',
      Resource: 'arn:aws:s3:::my-bucket/a/.channelmix-verify/*',
    });
  });

  it('limits listing and objects to the prefixes', () => {
    const document = identityPolicy(grant({ buckets: [{ name: 'my-bucket', prefixes: ['a/', 'b/'] }] }));
    expect(document?.Statement).toMatchObject([
      { Action: 's3:ListBucket', Condition: { StringLike: { 's3:prefix': ['a/*', 'b/*'] } } },
      { Resource: ['arn:aws:s3:::my-bucket/a/*', 'arn:aws:s3:::my-bucket/b/*'] },
    ]);
  });

  it('lets the key be used through S3 of its region only', () => {
    const document = identityPolicy(grant({ bucket: 'my-bucket', kmsKeyArn: key, access: 'full' }));
    expect(document?.Statement).toEqual([
      {
        Sid: 'ChannelMixUseKey1',
        Effect: 'Allow',
        Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
        Resource: key,
        Condition: { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } },
      },
    ]);
  });

  it('needs no document of its own for full access', () => {
    expect(identityPolicy(grant({ bucket: 'my-bucket', access: 'full' }))).toBeUndefined();
  });

  it('writes the ARNs of the partition', () => {
    const document = identityPolicy(grant({ bucket: 'my-bucket', auth: 'key', partition: 'aws-us-gov' }));
    expect(JSON.stringify(document)).toContain('arn:aws-us-gov:s3:::my-bucket');
  });

  it('refuses a document that IAM would not store', () => {
    const buckets = Array.from({ length: 60 }, (_, index) => ({
      name: `bucket-with-a-long-name-${index}`,
      prefixes: ['a/', 'b/'],
    }));
    expect(() => identityPolicy(grant({ buckets }))).toThrow(/IAM allows 6144/);
  });

  it('fits the schemas of the grammar', () => {
    const documents = ['minimal', 'extended'].map((access) =>
      identityPolicy(
        grant({
          access,
          buckets: [
            { name: 'aaa', kmsKeyArn: key },
            { name: 'bbb', prefixes: ['x/'] },
          ],
        }),
      ),
    );
    for (const document of [...documents, fullAccessDocument()]) expect(validateIdentityPolicy(document)).toBe(true);
    expect(validateTrustPolicy(trustPolicy('aws'))).toBe(true);
    expect(validateBucketPolicy(tlsOnlyBucketPolicy('my-bucket', 'aws'))).toBe(true);
  });

  it('has schemas that refuse a principal in an identity policy and a resource in a trust policy', () => {
    expect(validateIdentityPolicy(tlsOnlyBucketPolicy('my-bucket', 'aws'))).toBe(false);
    expect(validateTrustPolicy(fullAccessDocument())).toBe(false);
  });
});
