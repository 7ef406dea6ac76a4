import { format } from '@cdktn/hcl-tools';
import { describe, expect, it } from 'vitest';
import { readGrant } from '../../../src/documents/read-grant.ts';
import { blueprint } from '../../../src/generate/blueprint.ts';
import { connectionFields } from '../../../src/generate/connection.ts';
import { keyPolicyStatement } from '../../../src/generate/policy-documents.ts';
import { terraformConfig } from '../../../src/generate/terraform/index.ts';
import { everyKindOfGrant } from '../artefacts/grants.ts';
import { readTerraform, terraformReader } from '../artefacts/terraform.ts';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const config = (input: object) => terraformConfig(readGrant(input, { name: 'the grant' }));
const read = (input: object) => terraformReader(config(input));

/** A list of one says what the bare value says. */
const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (name, member) =>
    Array.isArray(member) && member.length === 1 && name !== 'Statement' ? member[0] : member,
  );

/** Conditions of all blocks of a kind in a block. */
const conditions = (blocks: unknown): readonly string[] =>
  ((blocks ?? []) as readonly { readonly condition: string }[]).map(({ condition }) => condition);

describe('a grant for Terraform', () => {
  // Every kind, in all formats: one-meaning.test.ts.
  const grants = everyKindOfGrant().filter((_, index) => index % 17 === 0);

  it('has the documents of the blueprint, and nothing else', async () => {
    for (const grant of grants) {
      const { policies, buckets, principal } = blueprint(grant);
      const access = await readTerraform([{ path: 'channelmix.tf', text: terraformConfig(grant) }]);
      expect(plain(access.identity)).toEqual(plain(policies.map(({ document }) => document)));
      const { trustPolicy, description: _, ...who } = principal;
      expect(access.principal).toEqual(who);
      expect(plain(access.trust ?? null)).toEqual(plain(trustPolicy ?? null));
      expect(plain(access.buckets)).toEqual(
        plain(Object.fromEntries(buckets.map(({ name, policy }) => [name, policy]))),
      );
    }
  });

  it('is laid out as the formatter leaves it', async () => {
    for (const grant of grants) {
      const text = terraformConfig(grant);
      expect(await format(text)).toBe(text);
    }
  });

  it('makes the buckets that are to be made, with all their settings, and no other', async () => {
    const { labels, configuration } = await read({
      buckets: [{ name: 'old-bucket' }, { name: 'new-bucket', create: true }],
    });
    const settings = Object.keys(configuration.resource ?? {}).filter((type) => type.startsWith('aws_s3_bucket'));
    expect(settings).toHaveLength(7);
    for (const type of settings) expect(labels(type)).toEqual(['new_bucket']);
  });

  it.each([
    ['by S3', {}, [{ apply_server_side_encryption_by_default: [{ sse_algorithm: 'AES256' }] }]],
    [
      'by a key',
      { kmsKeyArn: KEY },
      [
        {
          bucket_key_enabled: true,
          apply_server_side_encryption_by_default: [{ sse_algorithm: 'aws:kms', kms_master_key_id: KEY }],
        },
      ],
    ],
  ])(
    'makes a private bucket, encrypted %s, with versions, that clears away what is left over',
    async (_, input, encryption) => {
      const { block, evaluate } = await read({ bucket: 'my-bucket', createBucket: true, ...input });
      const { bucket, ...closed } = block('aws_s3_bucket_public_access_block', 'my_bucket');
      expect(evaluate(bucket)).toBe('my-bucket');
      expect(Object.values(closed)).toEqual([true, true, true, true]);
      const settings = (type: string) => block(`aws_s3_bucket_${type}`, 'my_bucket');
      expect(settings('ownership_controls').rule).toEqual([{ object_ownership: 'BucketOwnerEnforced' }]);
      expect(settings('server_side_encryption_configuration').rule).toEqual(encryption);
      expect(settings('versioning').versioning_configuration).toEqual([{ status: 'Enabled' }]);
      expect(settings('lifecycle_configuration').rule).toEqual([
        {
          id: 'abort-incomplete-uploads',
          status: 'Enabled',
          filter: [{}],
          abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
        },
        {
          id: 'expire-old-versions',
          status: 'Enabled',
          filter: [{}],
          noncurrent_version_expiration: [{ noncurrent_days: 30 }],
          expiration: [{ expired_object_delete_marker: true }],
        },
      ]);
      // S3 answers OperationAborted when both are set at the same time.
      expect(settings('policy').depends_on).toEqual([
        expect.stringContaining('aws_s3_bucket_public_access_block.my_bucket'),
      ]);
    },
  );

  it('makes the key of a user after everything that it may do', async () => {
    const { block, labels } = await read({ auth: 'key', access: 'full', bucket: 'my-bucket', kmsKeyArn: KEY });
    const attachments = labels('aws_iam_user_policy_attachment');
    expect(attachments).toHaveLength(2);
    expect(block('aws_iam_access_key', 'channelmix').depends_on).toEqual(
      attachments.map((label) => expect.stringContaining(`aws_iam_user_policy_attachment.${label}`)),
    );
  });

  it.each([true, false])('keeps a bucket from being deleted when it is protected: %s', async (protectBucket) => {
    const { block } = await read({ bucket: 'my-bucket', createBucket: true, protectBucket });
    expect(block('aws_s3_bucket', 'my_bucket').lifecycle).toEqual(
      protectBucket ? [{ prevent_destroy: true }] : undefined,
    );
  });

  it('gives every bucket a name of its own in the file', async () => {
    const names = ['my-bucket', 'my.bucket', 'my-bucket-2', '1st', 'for', 'null'];
    const { labels, evaluate, block } = await read({ buckets: names.map((name) => ({ name, create: true })) });
    const made = labels('aws_s3_bucket').map((label) => evaluate(block('aws_s3_bucket', label).bucket));
    expect([...made].sort()).toEqual([...names].sort());
    expect(labels('aws_s3_bucket')).toEqual(expect.arrayContaining(['bucket_1st', 'bucket_for', 'bucket_null']));
  });

  it('lets another account take other names, and refuses those that AWS would', async () => {
    const pattern = (condition: string | undefined) =>
      new RegExp(JSON.parse(/regex\((".*?"),/.exec(condition ?? '')?.[1] ?? ''));
    const { configuration } = await read({ buckets: [{ name: 'a-bucket' }, { name: 'b-bucket' }], auth: 'key' });
    const variables = configuration.variable ?? {};
    expect(Object.keys(variables)).toEqual(['bucket_names', 'pgp_key', 'tags', 'user_name']);
    const bucket = pattern(conditions(variables.bucket_names?.[0]?.validation)[0]);
    const user = pattern(conditions(variables.user_name?.[0]?.validation)[0]);
    expect(
      ['my-bucket', 'a.b', 'My-bucket', 'a', '-ab', 'a'.repeat(64), 'a\nb'].map((name) => bucket.test(name)),
    ).toEqual([true, true, false, false, false, false, false]);
    expect(['a+b@c.d', '', 'a/b', 'a b', 'a'.repeat(65)].map((name) => user.test(name))).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('the preconditions', () => {
  const ofPrincipal = async (input: object) => {
    const { block, configuration } = await read({ bucket: 'my-bucket', ...input });
    const [lifecycle] = block('aws_iam_role', 'channelmix').lifecycle as readonly { readonly precondition: unknown }[];
    return { asked: conditions(lifecycle?.precondition), facts: Object.keys(configuration.data ?? {}) };
  };
  const partition = expect.stringMatching(/^\$\{data\.aws_partition\.channelmix\.partition == "aws"\}$/);

  it.each([undefined, 'arn:aws:iam::aws:policy/PowerUserAccess'])(
    'stop in another partition, with the boundary %s',
    async (permissionsBoundary) => {
      const { asked, facts } = await ofPrincipal({ permissionsBoundary });
      expect(asked).toEqual([partition]);
      expect(facts).toEqual(['aws_iam_policy_document', 'aws_partition']);
    },
  );

  it("stop in an account that is not the boundary's", async () => {
    const { asked, facts } = await ofPrincipal({ permissionsBoundary: 'arn:aws:iam::111122223333:policy/b' });
    const account = expect.stringMatching(
      /^\$\{data\.aws_caller_identity\.channelmix\.account_id == "111122223333"\}$/,
    );
    expect(asked).toEqual([partition, account]);
    expect(facts).toEqual(['aws_caller_identity', 'aws_iam_policy_document', 'aws_partition']);
  });

  it("stop in a region that is not that of a new bucket's key", async () => {
    const input = { bucket: 'my-bucket', kmsKeyArn: KEY };
    const { block } = await read({ ...input, createBucket: true });
    const condition = expect.stringMatching(/^\$\{data\.aws_region\.channelmix\.id == "eu-west-1"\}$/);
    expect(block('aws_s3_bucket', 'my_bucket').lifecycle).toMatchObject([{ precondition: [{ condition }] }]);
    expect((await read(input)).configuration.data).not.toHaveProperty('aws_region');
  });
});

describe('the outputs', () => {
  const outputs = async (input: object) => {
    const { configuration, evaluate } = await read({ bucket: 'my-bucket', ...input });
    const blocks = configuration.output ?? {};
    return { blocks, value: (name: string) => evaluate(blocks[name]?.[0]?.value) };
  };

  it("are the role's ARN and the fields of the form", async () => {
    const { blocks, value } = await outputs({});
    expect(Object.keys(blocks)).toEqual(['connection', 'role_arn']);
    expect(value('role_arn')).toBe('<aws_iam_role.channelmix.arn>');
    expect(value('connection')).toEqual(connectionFields({ auth: 'role', roleArn: '<aws_iam_role.channelmix.arn>' }));
  });

  it('hold the secret of a key in one place, marked sensitive', async () => {
    const { blocks, value } = await outputs({ auth: 'key' });
    const accessKeyId = '<aws_iam_access_key.channelmix.id>';
    expect(value('access_key_id')).toBe(accessKeyId);
    expect(value('connection')).toEqual(connectionFields({ auth: 'key', accessKeyId }));
    const secret = Object.entries(blocks).filter(([, [output]]) => JSON.stringify(output?.value).includes('secret}'));
    expect(secret).toMatchObject([['secret_access_key', [{ sensitive: true }]]]);
  });

  it.each(['role', 'user'])('show what the policy of a KMS key must say of the %s', async (kind) => {
    const { configuration, document } = await read({
      bucket: 'my-bucket',
      kmsKeyArn: KEY,
      auth: kind === 'role' ? 'role' : 'key',
    });
    expect(configuration.output?.key_policy).toBeDefined();
    expect(plain(document('channelmix_key_policy').Statement)).toEqual(
      keyPolicyStatement(`<aws_iam_${kind}.channelmix.arn>`),
    );
  });

  it('say nothing of KMS keys where there are none', async () => {
    expect((await outputs({})).blocks).not.toHaveProperty('key_policy');
  });
});

it('keeps managed policies under the path of their user', async () => {
  const { block } = await read({ bucket: 'my-bucket', auth: 'key', rolePath: '/vendors/' });
  expect(block('aws_iam_policy', 'channelmix').path).toBe('/vendors/');
});

it('tells at its head how to verify what was granted', () => {
  const input = { bucket: 'my-bucket', prefix: "it's/", access: 'extended', kmsKeyArn: KEY };
  expect(config(input)).toContain(
    `#   channelmix-s3 verify --role-arn "$(terraform output -raw role_arn)" --bucket my-bucket --prefix 'it'\\''s/' --kms-key ${KEY} --access extended\n`,
  );
  expect(config({ bucket: 'my-bucket', auth: 'key' })).toContain(
    '#   channelmix-s3 verify --access-key-id "$(terraform output -raw access_key_id)" --bucket my-bucket\n',
  );
});

it('refuses a folder whose name the provider would change', () => {
  expect(() => config({ bucket: 'my-bucket', prefix: 'a&{b}/' })).toThrow(/"&\{" for a policy variable/);
});
