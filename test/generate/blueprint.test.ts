import { describe, expect, it } from 'vitest';
import { readGrant } from '../../src/documents/read-grant.ts';
import { compilePolicy, decide } from '../../src/evaluate/index.ts';
import { type Blueprint, blueprint } from '../../src/generate/blueprint.ts';

const grant = (input: object) => readGrant(input, { name: 'the grant' });
const many = (count: number, prefixes?: readonly string[]) =>
  Array.from({ length: count }, (_, index) => ({
    name: `bucket-with-a-long-name-for-a-client-${index}`,
    ...(prefixes === undefined ? {} : { prefixes }),
  }));
const folders = (count: number) => Array.from({ length: count }, (_, index) => `Client${index}/Campaign-Report/`);

/** Tells whether the policies of a grant together allow an action. */
function decider({ policies }: Blueprint) {
  const identity = policies.map(({ document, name }) => compilePolicy(document, { name, kind: 'identity' }));
  const principal = 'arn:aws:sts::111122223333:assumed-role/channelmix_s3_access/channelmix';
  return (action: string, resource: string, context: Record<string, string> = {}): boolean =>
    decide({ principal, action, resource, resourceAccount: '111122223333', context }, { identity }).decision ===
    'allow';
}

describe('the blueprint of a grant', () => {
  it('gives a role one inline policy, and a user one managed policy', () => {
    expect(blueprint(grant({ bucket: 'my-bucket' })).policies).toMatchObject([
      { kind: 'inline', name: 'channelmix-s3' },
    ]);
    expect(blueprint(grant({ bucket: 'my-bucket', auth: 'key' })).policies).toMatchObject([
      { kind: 'managed', name: '' },
    ]);
  });

  it('attaches the managed policy for full access, with a policy of its own only for keys', () => {
    const { policies, attachedPolicyArns } = blueprint(grant({ bucket: 'my-bucket', access: 'full' }));
    expect(policies).toEqual([]);
    expect(attachedPolicyArns).toEqual(['arn:aws:iam::aws:policy/AmazonS3FullAccess']);
  });

  it.each([
    ['many buckets', { buckets: many(60) }],
    ['many buckets with folders', { access: 'extended', buckets: many(30, ['a/', 'b/', 'c/']) }],
    ['many folders of one bucket', { buckets: [{ name: 'my-bucket', prefixes: folders(150) }] }],
  ])('splits what IAM cannot store in one policy: %s', (_, input) => {
    const split = blueprint(grant(input));
    const allows = decider(split);
    const { policies } = split;
    expect(policies.length).toBeGreaterThan(1);
    for (const [index, { kind, name, document }] of policies.entries()) {
      expect({ kind, name }).toEqual({ kind: 'managed', name: `-${index + 1}` });
      expect(JSON.stringify(document).length).toBeLessThanOrEqual(6144);
    }
    for (const bucket of grant(input).buckets) {
      for (const prefix of bucket.prefixes.length === 0 ? [''] : bucket.prefixes) {
        const arn = `arn:aws:s3:::${bucket.name}`;
        expect(allows('s3:PutObject', `${arn}/${prefix}file.csv`)).toBe(true);
        expect(allows('s3:ListBucket', arn, { 's3:prefix': prefix })).toBe(true);
      }
      expect(allows('s3:ListBucket', `arn:aws:s3:::${bucket.name}`)).toBe(bucket.prefixes.length === 0);
    }
  });

  it('refuses what is more than can be attached, with the numbers', () => {
    expect(() => blueprint(grant({ buckets: many(700) }))).toThrow(
      /\d+ characters, which is \d+ policies of at most 6144; IAM attaches 10/,
    );
  });

  it('makes only the buckets that are to be made, protected unless told otherwise', () => {
    const buckets = [{ name: 'old-bucket' }, { name: 'new-bucket', create: true }];
    expect(blueprint(grant({ buckets })).buckets).toMatchObject([{ name: 'new-bucket', protect: true }]);
    expect(blueprint(grant({ buckets, protectBucket: false })).buckets).toMatchObject([{ protect: false }]);
  });
});
