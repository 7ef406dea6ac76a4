import { describe, expect, it } from 'vitest';
import { readPlan } from '../../src/audit/sources/plan.ts';
import { caseText, expectGrant, expectValid, grantOf, KIT_BUCKET, read, readCase, refusal, short } from './plans.ts';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const ROLE = grantOf({ buckets: [{ name: 'channelmix-data', create: true, prefixes: ['Client123/'] }] });

describe('what Terraform says of the kit’s own configuration', () => {
  it.each([
    ['terraform-role-plan.json', 'terraform-plan', '000000000000'],
    ['terraform-role-state.json', 'terraform-state', '111122223333'],
  ])('%s is what the grant stands for', (name, kind, account) => {
    const documents = readCase(name);
    expectGrant(documents, ROLE);
    expect(documents).toMatchObject({
      source: { kind, path: name },
      principal: { account, maxSessionSeconds: 3600 },
      buckets: [{ ...KIT_BUCKET, owner: { value: account }, region: { value: 'eu-west-1' } }],
      otherWays: { read: [], unreadable: [] },
    });
    expectValid(documents);
  });

  it('is a user with a key that is as old as the plan', () => {
    const documents = readCase('terraform-key-plan.json');
    const bucket = { name: 'channelmix-data', kmsKeyArn: KEY };
    expectGrant(documents, grantOf({ auth: 'key', access: 'full', buckets: [bucket], tags: { team: 'marketing' } }));
    expect(documents.principal.accessKeys).toMatchObject({
      value: [{ id: 'aws_iam_access_key.channelmix', active: true, created: '2026-11-25T10:36:54Z' }],
    });
    expectValid(documents);
  });

  it('has the place of every statement in the text of the plan', () => {
    const name = 'terraform-role-plan.json';
    const [policy] = readCase(name).principal.identity.read;
    const lines = caseText(name).split('\n');
    const cut = policy?.place?.statements.map(({ line, column, endColumn }) =>
      lines[line - 1]?.slice(column - 1, endColumn - 1),
    );
    expect(cut).toHaveLength(3);
    for (const text of cut ?? []) expect(text).toMatch(/^\{\\"Action\\":.*\}$/);
  });
});

describe('a plan with modules and values that are not known', () => {
  const name = 'terraform-modules-plan.json';
  const principal = 'unnamed-module-access-0-aws-iam-role-this';

  it('asks which of two is meant, and takes it by name or ARN', () => {
    expect(refusal(caseText(name))).toContain(`role ${principal}, role unnamed-module-access-1-aws-iam-role-this`);
    expect(refusal(caseText(name), { principal: 'secretve' })).toContain('Did you mean secretive?');
    const arn = `arn:aws:iam::000000000000:role/${principal}`;
    expect(readCase(name, { principal: arn }).principal.arn).toBe(arn);
  });

  it('finds what belongs to a role without a name by what refers to it, module by module', () => {
    const documents = readCase(name, { principal });
    expect(documents.principal.identity.unreadable).toEqual([]);
    expect(documents.principal.identity.read.map((policy) => policy.name)).toEqual([
      'module.access[0].aws_iam_role_policy.list',
      'arn:aws:iam::000000000000:policy/unnamed-module-access-0-aws-iam-policy-this',
    ]);
    expect(documents.principal.maxSessionSeconds).toBe(7200);
    expect(documents.otherWays.read.map(({ arn }) => arn)).toEqual([
      'arn:aws:iam::000000000000:role/unnamed-module-access-1-aws-iam-role-this',
    ]);
    expectValid(documents);
  });

  it('says which key a bucket has, and that its policy is known only later', () => {
    const { buckets, keys } = readCase(name, { principal });
    const [bucket] = buckets;
    const arn = 'arn:aws:kms:eu-west-1:000000000000:key/unnamed-aws-kms-key-data';
    expect(bucket).toMatchObject({
      name: 'acme-data',
      encryption: { value: { algorithm: 'aws:kms', kmsKey: arn, bucketKey: true } },
      logging: { value: { bucket: 'acme-logs', prefix: 'data/' } },
    });
    expect(short(bucket?.policy ?? { state: 'absent' })).toMatch(
      /^unknown: \/resource_changes\/\d+\/change\/after\/policy is known only after apply$/,
    );
    expect(keys).toMatchObject([{ arn, policy: { value: { document: { Statement: [{ Action: 'kms:*' }] } } } }]);
  });

  it('never shows what is sensitive, and says that it was not read', () => {
    const documents = readCase(name, { principal: 'secretive' });
    expect(documents.principal.identity).toMatchObject({
      read: [],
      unreadable: [{ kind: 'unknown', said: expect.stringContaining('marked as sensitive') }],
    });
    expect(JSON.stringify(documents)).not.toContain('Confidential');
  });

  it('gives a user the policies of its group', () => {
    const { identity } = readCase(name, { principal: 'robot-two' }).principal;
    expect(identity.read).toMatchObject([{ group: 'robots', document: { Statement: [{ Action: 's3:ListBucket' }] } }]);
  });
});

const TRUST = JSON.stringify({
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '031871504755' } }],
});
const POLICY = JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::b/*' }] });

interface Change {
  readonly type: string;
  readonly after: object | null;
  readonly actions?: readonly string[];
  readonly before?: object;
  readonly unknown?: object;
  readonly expressions?: object;
}

/** A plan by hand, after the documented format. */
function plan(changes: Readonly<Record<string, Change>>, rest: object = {}): object {
  const named = Object.entries(changes).map(([address, change]) => ({
    address,
    name: address.split('.')[1],
    ...change,
  }));
  return {
    format_version: '1.2',
    resource_changes: named.map(({ address, name, type, after, actions = ['create'], before, unknown = {} }) => ({
      address,
      mode: 'managed',
      type,
      name,
      change: { actions, before, after, after_unknown: unknown },
    })),
    configuration: {
      root_module: {
        resources: named.map(({ address, type, name, expressions = {} }) => ({
          address,
          mode: 'managed',
          type,
          name,
          provider_config_key: 'aws',
          expressions,
        })),
      },
    },
    ...rest,
  };
}

const A_ROLE: Change = { type: 'aws_iam_role', after: { name: 'r', assume_role_policy: TRUST } };

describe('every form of a policy', () => {
  it('is found', () => {
    const { identity } = read(
      plan({
        'aws_iam_role.r': {
          type: 'aws_iam_role',
          after: {
            name: 'r',
            assume_role_policy: TRUST,
            inline_policy: [{ name: 'one', policy: POLICY }],
            managed_policy_arns: ['arn:aws:iam::aws:policy/AmazonS3FullAccess'],
          },
        },
        'aws_iam_role_policy.two': { type: 'aws_iam_role_policy', after: { name: 'two', role: 'r', policy: POLICY } },
        'aws_iam_policy.three': {
          type: 'aws_iam_policy',
          after: { name: 'three', path: '/p/', policy: POLICY },
          unknown: { arn: true },
        },
        'aws_iam_policy_attachment.three': {
          type: 'aws_iam_policy_attachment',
          after: { roles: ['other', 'r'] },
          unknown: { policy_arn: true },
          expressions: { policy_arn: { references: ['aws_iam_policy.three.arn', 'aws_iam_policy.three'] } },
        },
        'aws_iam_role_policy_attachments_exclusive.x': {
          type: 'aws_iam_role_policy_attachments_exclusive',
          after: { role_name: 'r', policy_arns: ['arn:aws:iam::aws:policy/Other'] },
        },
        'aws_iam_role_policy.not': { type: 'aws_iam_role_policy', after: { name: 'n', role: 'other', policy: POLICY } },
      }),
    ).principal;
    expect(identity.read.map(({ name }) => name)).toEqual([
      'one',
      'arn:aws:iam::aws:policy/AmazonS3FullAccess',
      'two',
      'arn:aws:iam::000000000000:policy/p/three',
    ]);
    expect(identity.unreadable).toMatchObject([{ what: 'policy arn:aws:iam::aws:policy/Other', kind: 'unknown' }]);
  });

  it('counts as open where it is not known whose it is, what it says, or whether the role sets more', () => {
    const { identity } = read(
      plan({
        'aws_iam_role.r': {
          type: 'aws_iam_role',
          after: { name: 'r', assume_role_policy: TRUST },
          unknown: { managed_policy_arns: true },
          expressions: { managed_policy_arns: { references: ['data.http.x'] } },
        },
        'aws_iam_role_policy.a': {
          type: 'aws_iam_role_policy',
          after: { name: 'a', policy: POLICY },
          unknown: { role: true },
          expressions: { role: { references: ['local.x'] } },
        },
        'aws_iam_role_policy.b': {
          type: 'aws_iam_role_policy',
          after: { name: 'b', role: 'r' },
          unknown: { policy: true },
        },
      }),
    ).principal;
    expect(identity.read).toEqual([]);
    expect(identity.unreadable.map(({ what, said }) => `${what}: ${said}`)).toEqual([
      'the policies of role r: /resource_changes/0/change/after/managed_policy_arns is known only after apply',
      'inline policy b of role r: /resource_changes/2/change/after/policy is known only after apply',
      'the policies of role r: aws_iam_role_policy.a is attached to a role that is not known',
    ]);
  });

  it('of a role that somebody else made is known in part, and said to be', () => {
    const text = plan({
      'aws_iam_role_policy.a': { type: 'aws_iam_role_policy', after: { name: 'a', role: 'old', policy: POLICY } },
    });
    expect(refusal(text)).toContain('has no role that trusts ChannelMix’s account');
    const { principal } = read(text, { principal: 'old' });
    expect(principal.trust).toMatchObject({ why: { kind: 'unknown' } });
    expect(principal.identity).toMatchObject({
      read: [{ name: 'a' }],
      unreadable: [{ what: 'other policies of role old' }],
    });
  });

  it('that is no JSON, or JSON that AWS refuses, is not read', () => {
    for (const policy of ['not JSON', '{"Statement": [', '{"Statement": [] /* c */}', '[1]']) {
      const { identity } = read(
        plan({
          'aws_iam_role.r': A_ROLE,
          'aws_iam_role_policy.a': { type: 'aws_iam_role_policy', after: { name: 'a', role: 'r', policy } },
        }),
      ).principal;
      expect(identity.read, policy).toEqual([]);
      expect(identity.unreadable, policy).toMatchObject([{ what: 'inline policy a of role r', kind: 'unknown' }]);
    }
  });
});

describe('what happens to a resource', () => {
  const policy = (actions: readonly string[], after: object | null): Change => ({
    type: 'aws_iam_role_policy',
    actions,
    before: { name: 'old', role: 'r', policy: POLICY },
    after,
  });
  it.each([
    ['deleted: it is none', ['delete'], null, []],
    ['forgotten: it stays', ['forget'], null, ['old']],
    ['replaced: it is the new one', ['delete', 'create'], { name: 'new', role: 'r', policy: POLICY }, ['new']],
    ['changed: it is as it will be', ['update'], { name: 'old', role: 'r', policy: POLICY }, ['old']],
  ])('%s', (_, actions, after, names) => {
    const { identity } = read(
      plan({ 'aws_iam_role.r': A_ROLE, 'aws_iam_role_policy.p': policy(actions, after) }),
    ).principal;
    expect(identity.read.map(({ name }) => name)).toEqual(names);
  });

  it('and what was put off or left out leaves everything open', () => {
    const rest = {
      complete: false,
      deferred_changes: [
        {
          reason: 'provider_config_unknown',
          resource_change: { address: 'aws_iam_role_policy.x', type: 'aws_iam_role_policy' },
        },
      ],
    };
    expect(
      read(plan({ 'aws_iam_role.r': A_ROLE }, rest)).principal.identity.unreadable.map(({ what }) => what),
    ).toEqual(['what plan.json leaves out', 'aws_iam_role_policy.x']);
  });
});

describe('a bucket', () => {
  const bucket = (actions: readonly string[], after: object, more: Readonly<Record<string, Change>> = {}) =>
    read(
      plan({
        'aws_iam_role.r': A_ROLE,
        'aws_s3_bucket.b': { type: 'aws_s3_bucket', after: { bucket: 'b', ...after }, actions },
        ...more,
      }),
    ).buckets[0];

  it('that is there may be older than AWS’s defaults, and says itself what it can', () => {
    const known = bucket(['no-op'], {
      policy: '',
      versioning: [{ enabled: true, mfa_delete: true }],
      logging: [],
      object_lock_enabled: false,
      request_payer: 'Requester',
    });
    expect(short(known?.publicAccessBlock ?? { state: 'absent' })).toBe('not-asked: plan.json does not say it');
    expect(known).toMatchObject({
      policy: { state: 'absent' },
      versioning: { value: 'Enabled' },
      mfaDelete: { value: true },
      logging: { state: 'absent' },
      objectLock: { state: 'absent' },
      requestPayer: { value: 'Requester' },
      encryption: { value: { algorithm: 'AES256' } },
    });
  });

  it('has what the resources say that are about it', () => {
    const known = bucket(
      ['create'],
      {},
      {
        'aws_s3_bucket_acl.a': { type: 'aws_s3_bucket_acl', after: { bucket: 'b', acl: 'public-read' } },
        'aws_s3_bucket_ownership_controls.a': {
          type: 'aws_s3_bucket_ownership_controls',
          after: { bucket: 'b', rule: [{ object_ownership: 'ObjectWriter' }] },
        },
        'aws_s3_bucket_public_access_block.a': {
          type: 'aws_s3_bucket_public_access_block',
          after: { bucket: 'b', block_public_acls: false, ignore_public_acls: true },
          unknown: { restrict_public_buckets: true },
        },
        'aws_s3_bucket_object_lock_configuration.a': {
          type: 'aws_s3_bucket_object_lock_configuration',
          after: {
            bucket: 'b',
            object_lock_enabled: 'Enabled',
            rule: [{ default_retention: [{ mode: 'COMPLIANCE', days: 5 }] }],
          },
        },
        'aws_s3_account_public_access_block.a': {
          type: 'aws_s3_account_public_access_block',
          after: { block_public_acls: true },
        },
      },
    );
    expect(known).toMatchObject({
      ownership: { value: 'ObjectWriter' },
      acl: {
        value: {
          grants: [
            { permission: 'FULL_CONTROL' },
            { permission: 'READ', grantee: expect.stringContaining('AllUsers') },
          ],
        },
      },
      publicAccessBlock: { why: { kind: 'unknown' } },
      accountPublicAccessBlock: { value: { blockPublicAcls: true, blockPublicPolicy: false } },
      objectLock: { value: { enabled: true, mode: 'COMPLIANCE', days: 5 } },
    });
  });

  it('may have the policy of a bucket that is not known', () => {
    const loose = { type: 'aws_s3_bucket_policy', after: { policy: POLICY }, unknown: { bucket: true } };
    const known = bucket(['create'], {}, { 'aws_s3_bucket_policy.x': loose });
    expect(short(known?.policy ?? { state: 'absent' })).toBe(
      'unknown: aws_s3_bucket_policy.x is of a bucket that is not known',
    );
  });
});

describe('what is no plan', () => {
  it.each([
    ['a binary plan', 'PK\u0003\u0004\u0014\u0000', /binary format[\s\S]*terraform show -json plan\.bin/],
    [
      'a state in Terraform’s own format',
      { version: 4, terraform_version: '1.9.0', serial: 1, lineage: 'x', resources: [] },
      /terraform show -json terraform\.tfstate/,
    ],
    [
      'a newer format',
      { format_version: '2.0', planned_values: {} },
      /format_version: "2\.0" is not known here: this version reads 1\.x/,
    ],
    ['an older format', { format_version: '0.1', planned_values: {} }, /before Terraform 1\.1/],
    [
      'a plan that failed',
      { format_version: '1.2', errored: true, planned_values: {}, resource_changes: [] },
      /of a run that failed/,
    ],
    ['the log of a run', '{"@level":"info","@message":"Terraform 1.9.0"}\n{"@level":"info"}\n', /the log of a run/],
    ['an empty state', { format_version: '1.0' }, /has nothing in it/],
    ['a plan for people', 'Terraform used the selected providers to generate the following', /shown to people/],
    ['the configuration', 'terraform {\n  required_version = ">= 1.2"\n}\n', /configuration of Terraform/],
    [
      'a plan without IAM',
      { format_version: '1.2', planned_values: {}, resource_changes: [] },
      /It declares no role and no user/,
    ],
    ['UTF-16, as PowerShell writes it', '{\u0000"\u0000a\u0000', /not UTF-8 text[\s\S]*Out-File/],
    ['nothing', ' \n', /is empty/],
    ['JSON that is cut off', caseText('terraform-role-plan.json').slice(0, 9_000), /cut off: it ends at \d+:\d+/],
    ['JSON with a mistake', '{"format_version": "1.2" "a": 1}', /plan\.json:1:26 is not JSON: a comma is missing/],
    ['more after the JSON', '{"format_version": "1.2"} and more', /plan\.json:1:27 is not JSON/],
    ['JSON that nests too deep', `${'['.repeat(5_000)}${']'.repeat(5_000)}`, /plan\.json:1:65 nests too deep/],
    [
      'a package',
      { name: 'x', version: '1.0.0', dependencies: {} },
      /no plan, state or template that is known here \(its members: "name", "version"/,
    ],
    ['a report of lint', { schemaVersion: 1, command: 'lint', files: [] }, /no plan, state or template/],
    ['a policy', { Version: '2012-10-17', Statement: [] }, /is a policy document, and no plan/],
    ['a list', [1, 2], /no plan, state or template/],
  ])('%s is refused with what to do', (_, text, message) => {
    expect(refusal(text)).toMatch(message);
  });

  it('is refused for its length before it is parsed', () => {
    const text = `{"format_version":"1.2","resource_changes":[${' '.repeat(34_000_000)}]}`;
    expect(() => readPlan({ path: 'plan.json', text }, {})).toThrow(/at most 33554432 are read/);
  });
});
