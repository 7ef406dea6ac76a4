import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  IAM_OPERATIONS,
  iamPermission,
  iamResourceKinds,
  S3_ACTION_KINDS,
  S3_OPERATIONS,
  STS_OPERATIONS,
  s3Permissions,
  stsPermissions,
} from '../../src/operations/index.ts';
import type { S3Call } from '../../src/operations/types.ts';

/** What AWS's Service Authorization Reference says of each action. */
const FACTS: Readonly<Record<string, { readonly access: string; readonly resources: readonly string[] }>> = JSON.parse(
  readFileSync(new URL('../../policies/catalogue/actions.json', import.meta.url), 'utf8'),
).actions;

const BUCKET = 'arn:aws:s3:::bucket';
const OBJECT = 'arn:aws:s3:::bucket/a/b.csv';
const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1';

function needs(operation: string, more: Partial<S3Call> = {}): readonly string[] {
  return s3Permissions({ operation, partition: 'aws', bucket: 'bucket', key: 'a/b.csv', ...more }).map(
    ({ action, resource }) => `${action} ${resource}`,
  );
}

describe('permissions of S3 operations (https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html)', () => {
  const source = { bucket: 'from', key: 'k' };
  const rows: readonly (readonly [string, Partial<S3Call>, readonly string[]])[] = [
    ['ListBuckets', {}, ['s3:ListAllMyBuckets *']],
    ['HeadBucket', {}, [`s3:ListBucket ${BUCKET}`]],
    ['ListObjects', {}, [`s3:ListBucket ${BUCKET}`]],
    ['ListObjectsV2', {}, [`s3:ListBucket ${BUCKET}`]],
    ['ListObjectVersions', {}, [`s3:ListBucketVersions ${BUCKET}`]],
    ['ListMultipartUploads', {}, [`s3:ListBucketMultipartUploads ${BUCKET}`]],
    ['GetBucketLocation', {}, [`s3:GetBucketLocation ${BUCKET}`]],
    ['PutPublicAccessBlock', {}, [`s3:PutBucketPublicAccessBlock ${BUCKET}`]],
    ['DeletePublicAccessBlock', {}, [`s3:PutBucketPublicAccessBlock ${BUCKET}`]],
    ['PutBucketEncryption', {}, [`s3:PutEncryptionConfiguration ${BUCKET}`]],
    ['DeleteBucketLifecycle', {}, [`s3:PutLifecycleConfiguration ${BUCKET}`]],
    ['CreateBucket', {}, [`s3:CreateBucket ${BUCKET}`]],
    [
      'CreateBucket',
      { setsAcl: true, setsOwnership: true },
      [`s3:CreateBucket ${BUCKET}`, `s3:PutBucketAcl ${BUCKET}`, `s3:PutBucketOwnershipControls ${BUCKET}`],
    ],
    ['GetObject', {}, [`s3:GetObject ${OBJECT}`]],
    ['GetObject', { versionId: 'v' }, [`s3:GetObjectVersion ${OBJECT}`]],
    ['GetObject', { kmsKeyArn: KEY }, [`s3:GetObject ${OBJECT}`, `kms:Decrypt ${KEY}`]],
    ['HeadObject', { kmsKeyArn: KEY }, [`s3:GetObject ${OBJECT}`]],
    ['HeadObject', { kmsKeyArn: KEY, readsChecksum: true }, [`s3:GetObject ${OBJECT}`, `kms:Decrypt ${KEY}`]],
    ['HeadObject', { versionId: 'v' }, [`s3:GetObjectVersion ${OBJECT}`]],
    ['PutObject', {}, [`s3:PutObject ${OBJECT}`]],
    [
      'PutObject',
      { setsAcl: true, setsTags: true, setsRetention: true, setsLegalHold: true, kmsKeyArn: KEY },
      [
        `s3:PutObject ${OBJECT}`,
        `s3:PutObjectAcl ${OBJECT}`,
        `s3:PutObjectTagging ${OBJECT}`,
        `s3:PutObjectRetention ${OBJECT}`,
        `s3:PutObjectLegalHold ${OBJECT}`,
        `kms:GenerateDataKey ${KEY}`,
      ],
    ],
    ['DeleteObject', {}, [`s3:DeleteObject ${OBJECT}`]],
    ['DeleteObject', { versionId: 'v' }, [`s3:DeleteObjectVersion ${OBJECT}`]],
    ['DeleteObjects', {}, [`s3:DeleteObject ${OBJECT}`]],
    ['DeleteObjects', { versionId: 'v' }, [`s3:DeleteObjectVersion ${OBJECT}`]],
    ['CopyObject', { copySource: source }, ['s3:GetObject arn:aws:s3:::from/k', `s3:PutObject ${OBJECT}`]],
    [
      'CopyObject',
      {
        copySource: { ...source, versionId: 'v', hasTags: true, kmsKeyArn: `${KEY}2` },
        setsTags: true,
        kmsKeyArn: KEY,
      },
      [
        's3:GetObjectVersion arn:aws:s3:::from/k',
        's3:GetObjectVersionTagging arn:aws:s3:::from/k',
        `kms:Decrypt ${KEY}2`,
        `s3:PutObject ${OBJECT}`,
        `s3:PutObjectTagging ${OBJECT}`,
        `kms:GenerateDataKey ${KEY}`,
      ],
    ],
    ['CreateMultipartUpload', { kmsKeyArn: KEY }, [`s3:PutObject ${OBJECT}`, `kms:GenerateDataKey ${KEY}`]],
    ['UploadPart', { kmsKeyArn: KEY }, [`s3:PutObject ${OBJECT}`, `kms:GenerateDataKey ${KEY}`, `kms:Decrypt ${KEY}`]],
    ['UploadPartCopy', { copySource: source }, ['s3:GetObject arn:aws:s3:::from/k', `s3:PutObject ${OBJECT}`]],
    ['CompleteMultipartUpload', { kmsKeyArn: KEY }, [`s3:PutObject ${OBJECT}`, `kms:Decrypt ${KEY}`]],
    ['AbortMultipartUpload', {}, [`s3:AbortMultipartUpload ${OBJECT}`]],
    ['ListParts', {}, [`s3:ListMultipartUploadParts ${OBJECT}`]],
    ['GetObjectTagging', { versionId: 'v' }, [`s3:GetObjectVersionTagging ${OBJECT}`]],
    ['PutObjectTagging', {}, [`s3:PutObjectTagging ${OBJECT}`]],
    ['GetObjectAcl', { versionId: 'v' }, [`s3:GetObjectVersionAcl ${OBJECT}`]],
    ['GetObjectAttributes', {}, [`s3:GetObject ${OBJECT}`, `s3:GetObjectAttributes ${OBJECT}`]],
    [
      'GetObjectAttributes',
      { versionId: 'v' },
      [`s3:GetObjectVersion ${OBJECT}`, `s3:GetObjectVersionAttributes ${OBJECT}`],
    ],
  ];
  for (const [operation, call, expected] of rows) {
    it(`${operation} with ${Object.keys(call).join(', ') || 'nothing more'}`, () => {
      expect(needs(operation, call)).toEqual(expected);
    });
  }

  it('stand in the partition of the call', () => {
    expect(needs('GetObject', { partition: 'aws-cn' })).toEqual(['s3:GetObject arn:aws-cn:s3:::bucket/a/b.csv']);
  });

  it('of an unknown operation are an error that names the likeliest', () => {
    expect(() => needs('ListObjectV2')).toThrow('unknown S3 operation ListObjectV2, did you mean ListObjects');
    expect(() => needs('constructor')).toThrow('unknown S3 operation constructor');
  });

  it('without the bucket or key that they are needed on are an error', () => {
    expect(() => s3Permissions({ operation: 'GetObject', partition: 'aws', bucket: 'bucket' })).toThrow(TypeError);
    expect(() => s3Permissions({ operation: 'ListObjectsV2', partition: 'aws' })).toThrow(TypeError);
    expect(() => needs('CopyObject')).toThrow(TypeError);
  });
});

describe('actions of the operation tables', () => {
  it('are spelled as the Service Authorization Reference spells them, and take the resource that it names', () => {
    for (const [action, kind] of S3_ACTION_KINDS) {
      const { resources = ['no such action'] } = FACTS[action] ?? {};
      expect(kind === 'none' ? resources : resources.filter((name) => name === kind), action).toEqual(
        kind === 'none' ? [] : [kind],
      );
    }
  });

  it('of IAM take the resource that the reference names', () => {
    for (const operation of IAM_OPERATIONS) {
      const { resources = ['no such action'] } = FACTS[`iam:${operation}`] ?? {};
      const kinds = iamResourceKinds(operation);
      expect(
        kinds[0] === 'none' ? resources : resources.filter((name) => kinds.some((kind) => kind === name)),
        operation,
      ).toEqual(kinds[0] === 'none' ? [] : kinds);
    }
  });

  it('of STS are known to the reference', () => {
    const call = {
      partition: 'aws',
      account: '111122223333',
      roleArn: 'arn:aws:iam::1:role/r',
      setsTags: true,
      setsSourceIdentity: true,
      name: 'n',
    };
    for (const operation of STS_OPERATIONS) {
      for (const { action } of stsPermissions({ ...call, operation })) expect(FACTS, action).toHaveProperty([action]);
    }
  });

  it('cover every S3 operation', () => {
    expect(S3_OPERATIONS.length).toBeGreaterThan(70);
    expect(S3_ACTION_KINDS.get('s3:ListBucket')).toBe('bucket');
    expect(S3_ACTION_KINDS.get('s3:GetObject')).toBe('object');
    expect(S3_ACTION_KINDS.get('s3:ListAllMyBuckets')).toBe('none');
    expect(S3_ACTION_KINDS.get('kms:Decrypt')).toBe('key');
  });
});

describe('permissions of STS and IAM operations', () => {
  const role = 'arn:aws:iam::111122223333:role/r';
  const base = { partition: 'aws', account: '111122223333' };

  it('AssumeRole needs tags and source identity allowed only when they are passed', () => {
    expect(stsPermissions({ ...base, operation: 'AssumeRole', roleArn: role })).toEqual([
      { action: 'sts:AssumeRole', resource: role },
    ]);
    expect(
      stsPermissions({ ...base, operation: 'AssumeRole', roleArn: role, setsTags: true, setsSourceIdentity: true }).map(
        ({ action }) => action,
      ),
    ).toEqual(['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']);
  });

  it('GetCallerIdentity and GetSessionToken need none', () => {
    expect(stsPermissions({ ...base, operation: 'GetCallerIdentity' })).toEqual([]);
    expect(stsPermissions({ ...base, operation: 'GetSessionToken' })).toEqual([]);
  });

  it('name roles, users and policies with their path, and nothing for lists', () => {
    expect(iamPermission({ ...base, operation: 'GetRole', name: 'r', path: '/team/' })).toEqual({
      action: 'iam:GetRole',
      resource: 'arn:aws:iam::111122223333:role/team/r',
    });
    expect(iamPermission({ ...base, operation: 'CreateUser', name: 'u' }).resource).toBe(
      'arn:aws:iam::111122223333:user/u',
    );
    expect(
      iamPermission({ ...base, operation: 'GetPolicy', arn: 'arn:aws:iam::aws:policy/AmazonS3FullAccess' }).resource,
    ).toBe('arn:aws:iam::aws:policy/AmazonS3FullAccess');
    expect(iamPermission({ ...base, operation: 'ListRoles' }).resource).toBe('*');
    expect(iamPermission({ ...base, operation: 'SimulatePrincipalPolicy', arn: role }).resource).toBe(role);
  });

  it('of unknown operations, or without a name, are an error', () => {
    expect(() => iamPermission({ ...base, operation: 'GetRoles' })).toThrow('unknown IAM operation GetRoles');
    expect(() => iamPermission({ ...base, operation: 'GetRole' })).toThrow(TypeError);
    expect(() => stsPermissions({ ...base, operation: 'AssumeRoot' })).toThrow('unknown STS operation AssumeRoot');
    expect(() => stsPermissions({ ...base, operation: 'AssumeRole' })).toThrow(TypeError);
  });
});
