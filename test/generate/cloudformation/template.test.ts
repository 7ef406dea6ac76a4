import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readGrant } from '../../../src/documents/read-grant.ts';
import { cloudFormationTemplate } from '../../../src/generate/cloudformation/index.ts';
import { brokenRules, type Members, readCloudFormation, templateReader } from '../artefacts/cloudformation.ts';
import { GRANTS } from './grants.ts';

const grantOf = (input: object) => readGrant(input, { name: 'the grant' });
const template = (input: object, stackSet = false) => cloudFormationTemplate(grantOf(input), { stackSet });
const outputs = (text: string) => {
  const { template: whole, evaluate } = templateReader(text);
  const list = Object.entries(whole.Outputs as Members) as [string, Members][];
  return Object.fromEntries(list.map(([id, output]) => [id, evaluate(output.Value ?? null)]));
};
const broken = (text: string, region: string) => brokenRules(templateReader(text).template, region);
const key = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const boundary = 'arn:aws:iam::111122223333:policy/boundary';

describe('a template of CloudFormation', () => {
  it.each(Object.entries(GRANTS))('is the same to the byte for the same grant: %s', (_, input) => {
    expect(template(input)).toBe(template(structuredClone(input)));
  });

  it.each(Object.entries(GRANTS))(
    'is of a size that can be sent without a bucket, and has no alias: %s',
    (_, input) => {
      const text = template(input);
      // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
      expect(Buffer.byteLength(text)).toBeLessThan(51_200);
      expect(() => parse(text, { version: '1.1', maxAliasCount: 0 })).not.toThrow();
    },
  );

  it('has the names of buckets and principal as parameters, and every document follows them', () => {
    const text = template({ buckets: [{ name: 'my-bucket', create: true }, { name: 'my.bucket' }] });
    const given = { RoleName: 'another', BucketNameMyBucket: 'one-bucket', BucketNameMyBucketx2: 'two-bucket' };
    const { resources } = templateReader(text, given);
    const all = JSON.stringify(['Role', 'ManagedPolicy'].map((type) => resources(`AWS::IAM::${type}`)));
    expect(all).toContain('arn:aws:s3:::one-bucket/*');
    expect(all).toContain('arn:aws:s3:::two-bucket/*');
    expect(`${all}${JSON.stringify(resources('AWS::S3::BucketPolicy'))}`).not.toMatch(/my[.-]bucket/);
    expect(resources('AWS::IAM::Role')[0]?.[1].RoleName).toBe('another');
    expect(resources('AWS::S3::Bucket')[0]?.[1].BucketName).toBe('one-bucket');
  });

  it.each([
    ['RoleName', { bucket: 'my-bucket' }, ['channelmix_s3_access', 'a+=,.@-b'], ['', 'a/b', 'a'.repeat(65), 'a b']],
    ['BucketName', { bucket: 'my-bucket' }, ['a.b', 'a'.repeat(63)], ['ab', 'A-b', 'a/b', 's3://abc', 'a'.repeat(64)]],
  ])('takes for %s what AWS does', (id, input, good, bad) => {
    const declaration = (templateReader(template(input)).template.Parameters as Members)[id] as Members;
    const pattern = new RegExp(String(declaration.AllowedPattern));
    for (const value of good) expect(value).toMatch(pattern);
    for (const value of bad) expect(value).not.toMatch(pattern);
  });

  it('has no parameters for more buckets than a form can show', () => {
    const { template: whole } = templateReader(template(GRANTS['role-many'] ?? {}));
    expect(Object.keys(whole.Parameters as Members)).toEqual(['RoleName']);
  });

  it('keeps names of resources when other buckets come before', () => {
    const ids = (buckets: readonly object[]) => templateReader(template({ buckets })).resources('AWS::S3::Bucket');
    const bucket = { name: 'my-bucket', create: true };
    const [alone] = ids([bucket]);
    expect(ids([{ name: 'another', create: true }, bucket]).map(([id]) => id)).toContain(alone?.[0]);
  });

  it('gives the four fields of the form, and no secret', () => {
    expect(outputs(template({ bucket: 'my-bucket' }))).toEqual({
      AwsAccessKeyId: 'n/a',
      AwsSecretAccessKey: 'n/a',
      RoleArn: '<Role.Arn>',
      ChannelMixAwsAccountId: '031871504755',
    });
    const ofKey = outputs(template({ auth: 'key', bucket: 'my-bucket' }));
    expect(ofKey).toMatchObject({ AwsAccessKeyId: '<AccessKey>', RoleArn: 'n/a', ChannelMixAwsAccountId: 'n/a' });
    expect(ofKey.SecretAccessKeyArn).toBe('<SecretAccessKey>');
    expect(JSON.stringify(ofKey)).not.toContain('AccessKey.SecretAccessKey');
  });

  it('gives the statement that a key needs whose policy does not leave permissions to IAM', () => {
    const { KeyPolicyStatement } = outputs(template({ bucket: 'my-bucket', kmsKeyArn: key }));
    expect(JSON.parse(String(KeyPolicyStatement))).toMatchObject({ Principal: { AWS: '<Role.Arn>' }, Effect: 'Allow' });
  });

  it.each([
    ['role', 'aws', ['us-east-1', 'eu-west-1', 'xx-new-1'], ['cn-north-1', 'us-gov-west-1', 'eusc-de-east-1']],
    ['key', 'aws-cn', ['cn-north-1', 'cn-northwest-1'], ['us-east-1', 'us-gov-west-1']],
    ['key', 'aws-us-gov', ['us-gov-west-1', 'us-gov-east-1'], ['us-east-1', 'cn-north-1']],
    ['key', 'aws-eusc', ['eusc-de-east-1'], ['us-east-1', 'eu-central-1']],
  ])('is refused outside the partition of the grant: %s, %s', (auth, partition, inside, outside) => {
    const text = template({ auth, partition, bucket: 'my-bucket' });
    for (const region of inside) expect(broken(text, region), region).toEqual([]);
    for (const region of outside) expect(broken(text, region), region).toEqual(['Partition']);
  });

  it('is refused outside the region of the key of a bucket that is made, and of no other', () => {
    const grant = { bucket: 'my-bucket', kmsKeyArn: key };
    const made = template({ ...grant, createBucket: true });
    expect(broken(made, 'eu-west-1')).toEqual([]);
    expect(broken(made, 'us-east-1')).toEqual(['KeyRegion']);
    expect(broken(template(grant), 'us-east-1')).toEqual([]);
  });

  it.each([
    [true, 'Retain'],
    [false, 'Delete'],
  ])('keeps a bucket and its policy when protected is %s: %s', (protectBucket, policy) => {
    const { template: whole } = templateReader(template({ bucket: 'my-bucket', createBucket: true, protectBucket }));
    const { DataBucketMyBucket, TlsOnlyPolicyMyBucket } = whole.Resources as Members;
    const policies = { DeletionPolicy: policy, UpdateReplacePolicy: policy };
    expect(DataBucketMyBucket).toMatchObject(policies);
    expect(TlsOnlyPolicyMyBucket).toMatchObject(policies);
  });
});

describe('a template for a stack set', () => {
  const buckets = [{ name: 'new-bucket', create: true }, { name: 'old-bucket' }];

  it("adds the account's number to a bucket that is made, wherever it is named, and to no other", () => {
    const { buckets: policies, identity } = readCloudFormation([
      { path: 'channelmix-s3.yaml', text: template({ buckets }, true) },
    ]) as Awaited<ReturnType<typeof readCloudFormation>>;
    expect(Object.keys(policies)).toEqual(['new-bucket-111122223333']);
    expect(JSON.stringify(policies)).toContain('arn:aws:s3:::new-bucket-111122223333/*');
    expect(JSON.stringify(identity)).toContain('arn:aws:s3:::new-bucket-111122223333/*');
    expect(JSON.stringify(identity)).toContain('arn:aws:s3:::old-bucket/*');
  });

  it('refuses a bucket name that leaves no space for it', () => {
    const bucket = (length: number) => ({ bucket: 'a'.repeat(length), createBucket: true });
    expect(() => template(bucket(51), true)).toThrow(/has 51 characters; S3 allows 63, which leaves 50/);
    expect(() => template(bucket(50), true)).not.toThrow();
    expect(() => template(bucket(51))).not.toThrow();
  });

  it('takes the boundary of the account that it is in', () => {
    const text = template(
      { bucket: 'my-bucket', permissionsBoundary: boundary.replace('111122223333', '999988887777') },
      true,
    );
    const [[, role] = ['', {}]] = templateReader(text).resources('AWS::IAM::Role') as [[string, Members]];
    expect(role.PermissionsBoundary).toBe(boundary);
  });
});
