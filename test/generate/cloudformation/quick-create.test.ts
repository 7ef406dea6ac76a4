import { describe, expect, it } from 'vitest';
import { readGrant } from '../../../src/documents/read-grant.ts';
import { cloudFormationTemplate, quickCreate } from '../../../src/generate/cloudformation/index.ts';
import { type Members, templateReader } from '../artefacts/cloudformation.ts';
import { GRANTS } from './grants.ts';

const grantOf = (input: object) => readGrant(input, { name: 'the grant' });
const templateUrl = 'https://a-bucket.s3.eu-west-1.amazonaws.com/channelmix-s3.yaml';
const key = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

/** The query behind the hash, as the console reads it. */
function queryOf(url: string): URLSearchParams {
  return new URLSearchParams(new URL(url).hash.replace(/^#\/stacks\/create\/review\?/, ''));
}

describe('links to create a stack', () => {
  it.each(Object.entries(GRANTS))('fill in every parameter, under the names that the template has: %s', (_, input) => {
    const grant = grantOf(input);
    const { Parameters } = templateReader(cloudFormationTemplate(grant)).template;
    const expected = Object.entries(Parameters as Members).map(([id, declaration]) => [
      `param_${id}`,
      (declaration as Members).Default,
    ]);
    const address = grant.partition === 'aws-cn' ? 'https://b.s3.cn-north-1.amazonaws.com.cn/a.yaml' : templateUrl;
    const [link] = quickCreate(grant, { templateUrl: address }).links;
    const query = [...queryOf(link?.url ?? '')];
    expect(query).toEqual([['templateURL', address], ['stackName', 'channelmix-s3'], ...expected]);
  });

  it.each([
    ['aws', 'eu-central-1', 'https://eu-central-1.console.aws.amazon.com/cloudformation/home?region=eu-central-1'],
    ['aws-cn', 'cn-north-1', 'https://cn-north-1.console.amazonaws.cn/cloudformation/home?region=cn-north-1'],
    [
      'aws-us-gov',
      'us-gov-west-1',
      'https://us-gov-west-1.console.amazonaws-us-gov.com/cloudformation/home?region=us-gov-west-1',
    ],
    [
      'aws-eusc',
      'eusc-de-east-1',
      'https://eusc-de-east-1.console.amazonaws-eusc.eu/cloudformation/home?region=eusc-de-east-1',
    ],
  ])('lead to the console of the partition %s', (partition, region, expected) => {
    const domain = { 'aws-cn': 'amazonaws.com.cn', 'aws-eusc': 'amazonaws.eu' }[partition] ?? 'amazonaws.com';
    const { links } = quickCreate(grantOf({ auth: 'key', partition, bucket: 'my-bucket' }), {
      templateUrl: `https://s3.${region}.${domain}/a-bucket/a.yaml`,
    });
    expect(links.find((link) => link.region === region)?.url).toContain(`${expected}#/stacks/create/review?`);
    expect(new Set(links.map((link) => link.region)).size).toBe(links.length);
  });

  it('are for the one region in which a bucket with a key can be', () => {
    const grant = grantOf({ bucket: 'my-bucket', createBucket: true, kmsKeyArn: key });
    expect(quickCreate(grant, { templateUrl }).links.map(({ region }) => region)).toEqual(['eu-west-1']);
    expect(() => quickCreate(grant, { templateUrl, region: 'us-east-1' })).toThrow(/key in eu-west-1/);
  });

  it.each(['cn-north-1', 'eu-west', 'evil.example', 'a/b-1', ''])(
    'are refused for what is no region of the partition: %j',
    (region) => {
      expect(() => quickCreate(grantOf({ bucket: 'my-bucket' }), { templateUrl, region })).toThrow(
        /is no region of the partition aws/,
      );
    },
  );

  it.each([
    'http://a-bucket.s3.amazonaws.com/a.yaml',
    'https://example.com/a.yaml',
    'https://s3.amazonaws.com.example.com/a.yaml',
    'https://evils3.amazonaws.com/a.yaml',
    'https://user@a-bucket.s3.amazonaws.com/a.yaml',
    's3://a-bucket/a.yaml',
    'channelmix-s3.yaml',
    'https://a-bucket.s3.cn-north-1.amazonaws.com.cn/a.yaml',
  ])('are refused for a template that the console would not take: %s', (address) => {
    expect(() => quickCreate(grantOf({ bucket: 'my-bucket' }), { templateUrl: address })).toThrow(/from S3 only/);
  });

  it('are refused without a word of what a presigned address is signed with', () => {
    const address = 'https://a-bucket.example.com/a.yaml?X-Amz-Signature=abcdef';
    const make = () => quickCreate(grantOf({ bucket: 'my-bucket' }), { templateUrl: address });
    expect(make).toThrow('"https://a-bucket.example.com/a.yaml" is no address there');
    expect(make).not.toThrow(/abcdef/);
  });

  it.each([
    'https://s3.amazonaws.com/a-bucket/a.yaml',
    'https://a-bucket.s3.amazonaws.com/a.yaml',
    'https://a.bucket.s3-eu-west-1.amazonaws.com/a.yaml',
    'https://a-bucket.s3.dualstack.eu-west-1.amazonaws.com/a.yaml?versionId=1&x=2',
  ])('hold the whole address of the template: %s', (address) => {
    const { links } = quickCreate(grantOf({ bucket: 'my-bucket' }), { templateUrl: address, region: 'eu-west-1' });
    expect(queryOf(links[0]?.url ?? '').get('templateURL')).toBe(address);
  });
});

describe('the text that goes with them', () => {
  it('has every link, what to tick, and what to send back', () => {
    const { links, text } = quickCreate(grantOf({ bucket: 'my-bucket' }), { templateUrl });
    expect(links.length).toBeGreaterThan(30);
    for (const { url } of links) expect(text).toContain(url);
    expect(text).toMatch(/my-bucket/);
    expect(text).toMatch(/tick the box/);
    expect(text).toMatch(/RoleArn/);
  });

  it('never asks for the secret', () => {
    const { text } = quickCreate(grantOf({ bucket: 'my-bucket', auth: 'key' }), { templateUrl, region: 'eu-west-1' });
    expect(text).toMatch(/never send the secret/);
    expect(text).not.toMatch(/[Ss]end us/);
  });
});
