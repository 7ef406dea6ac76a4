import { describe, expect, it } from 'vitest';
import { caseText, expectGrant, expectValid, grantOf, KIT_BUCKET, read, readCase, refusal, short } from './plans.ts';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';
const SECRET = { '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270', ciphertext: 'v1:abcdef' };

const BY_ROLE = grantOf({ buckets: [{ name: 'new-bucket', create: true, prefixes: ['Client123/'] }] });
const BY_KEY = grantOf({
  auth: 'key',
  access: 'full',
  buckets: [{ name: 'existing-bucket' }, { name: 'new-bucket', create: true, kmsKeyArn: KEY }],
  tags: { team: 'marketing' },
});

describe('what the engine says of the kit’s own program', () => {
  it.each([
    ['pulumi-role-preview.json', BY_ROLE, 'pulumi-preview', '000000000000'],
    ['pulumi-role-state.json', BY_ROLE, 'pulumi-state', '111122223333'],
    ['pulumi-key-preview.json', BY_KEY, 'pulumi-preview', '000000000000'],
    ['pulumi-key-state.json', BY_KEY, 'pulumi-state', '111122223333'],
  ])('%s is what the grant stands for', (name, grant, kind, account) => {
    const documents = readCase(name);
    expectGrant(documents, grant);
    expect(documents).toMatchObject({ source: { kind, path: name }, principal: { account } });
    expect(documents.buckets.find((bucket) => bucket.name === 'new-bucket')).toMatchObject({
      ...KIT_BUCKET,
      region: { value: 'eu-west-1' },
      owner: { value: account },
    });
    expectValid(documents);
  });

  it('is a user with its key, whose secret is nowhere', () => {
    const { principal, keys } = readCase('pulumi-key-state.json');
    expect(principal.accessKeys).toMatchObject({
      value: [{ id: expect.stringMatching(/^AKIA/), active: true, created: expect.stringMatching(/^2026-11-25T/) }],
    });
    expect(keys.map(({ arn }) => arn)).toEqual([KEY]);
    expect(JSON.stringify(readCase('pulumi-key-state.json'))).not.toContain('v1:');
    expect(short(readCase('pulumi-key-preview.json').principal.accessKeys)).toMatch(/^not-asked: .* is made by it/);
  });

  it('is a role whose name is drawn when it is made', () => {
    const documents = readCase('pulumi-unique-preview.json');
    expect(documents.principal.arn).toBe('arn:aws:iam::000000000000:role/unnamed-channelmix-role-channelmix-s3-access');
    expect(documents.principal.identity).toMatchObject({ read: [{ name: 'channelmix-s3' }], unreadable: [] });
    expectValid(documents);
  });

  it('is the new role where one replaces another, and says what the preview leaves out', () => {
    const { principal, buckets } = readCase('pulumi-role-replaced-preview.json');
    expect(principal.arn).toBe('arn:aws:iam::111122223333:role/other_name');
    expect(principal.created).toBeUndefined();
    expect(principal.identity.unreadable).toEqual([
      {
        what: '9 resources that pulumi-role-replaced-preview.json leaves out because they do not change',
        action: 'iam:GetRole',
        kind: 'unknown',
        said: 'make the preview with --show-sames',
      },
    ]);
    expect(buckets).toMatchObject([{ name: 'new-bucket', policy: { why: { kind: 'not-asked' } } }]);
  });

  it('has the place of every statement', () => {
    const name = 'pulumi-role-state.json';
    const [policy] = readCase(name).principal.identity.read;
    const lines = caseText(name).split('\n');
    const cut = policy?.place?.statements.map(({ line, column, endColumn }) =>
      lines[line - 1]?.slice(column - 1, endColumn - 1),
    );
    expect(cut).toHaveLength(3);
    for (const text of cut ?? []) expect(text).toMatch(/^\{\\"Sid\\":\\"ChannelMix.*\}$/);
  });
});

const TRUST = JSON.stringify({
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '031871504755' } }],
});
const POLICY = { Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::b/*' }] };

const ROLE_URN = 'urn:pulumi:dev::p::aws:iam/role:Role::r';

interface State {
  readonly urn: string;
  readonly type: string;
  readonly inputs: object;
  readonly [more: string]: unknown;
}

function state(type: string, name: string, inputs: object, more: object = {}): State {
  return { urn: `urn:pulumi:dev::p::${type}::${name}`, type, custom: true, inputs, ...more };
}

const ROLE = state('aws:iam/role:Role', 'r', { name: 'r', assumeRolePolicy: TRUST });

/** A step that is no creation. */
interface Step {
  readonly op: string;
  readonly oldState?: State;
  readonly newState?: State;
}

function preview(...steps: readonly (State | Step)[]) {
  const all = steps.map((step) => {
    if (!('op' in step)) return { op: 'create', urn: step.urn, newState: step };
    const { newState, oldState } = step as Step;
    return { urn: (newState ?? oldState)?.urn, ...step };
  });
  return { config: { 'aws:region': 'eu-west-1' }, steps: all, changeSummary: { create: all.length } };
}

describe('values of a preview', () => {
  it('that are not known make a policy open, or are found by what they depend on', () => {
    const { identity } = read(
      preview(
        ROLE,
        state(
          'aws:iam/rolePolicy:RolePolicy',
          'linked',
          { name: 'linked', role: UNKNOWN, policy: POLICY },
          { propertyDependencies: { role: [ROLE_URN] } },
        ),
        state('aws:iam/rolePolicy:RolePolicy', 'open', { name: 'open', role: 'r', policy: UNKNOWN }),
        state('aws:iam/rolePolicy:RolePolicy', 'part', {
          name: 'part',
          role: 'r',
          policy: { Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: [UNKNOWN] }] },
        }),
        state('aws:iam/rolePolicy:RolePolicy', 'loose', { name: 'loose', role: UNKNOWN, policy: POLICY }),
      ),
    ).principal;
    expect(identity.read).toMatchObject([{ name: 'linked', document: POLICY }]);
    expect(identity.unreadable.map(({ said }) => said)).toEqual([
      '/steps/2/newState/inputs/policy is known only after the update',
      '/steps/3/newState/inputs/policy/Statement/0/Resource/0 is known only after the update',
      'urn:pulumi:dev::p::aws:iam/rolePolicy:RolePolicy::loose is attached to a role that is not known',
    ]);
  });

  it.each([
    ['ciphertext', SECRET],
    ['what the preview shows for one', '[secret]'],
  ])('that are secret are not read: %s', (_, policy) => {
    const documents = read(
      preview(ROLE, state('aws:iam/rolePolicy:RolePolicy', 'p', { name: 'p', role: 'r', policy })),
    );
    expect(documents.principal.identity).toMatchObject({
      read: [],
      unreadable: [{ kind: 'unknown', said: expect.stringContaining('a secret, and not read') }],
    });
    expect(JSON.stringify(documents)).not.toContain('abcdef');
  });
});

describe('steps of a preview', () => {
  const policy = (name: string, more: object = {}) =>
    state('aws:iam/rolePolicy:RolePolicy', 'p', { name, role: 'r', policy: POLICY }, more);

  it.each([
    ['a policy that stays', [{ op: 'same', oldState: policy('old'), newState: policy('old') }], ['old']],
    ['a policy that changes', [{ op: 'update', oldState: policy('old'), newState: policy('new') }], ['new']],
    ['a policy that goes', [{ op: 'delete', oldState: policy('old') }], []],
    [
      'a policy that only leaves the stack',
      [{ op: 'delete', oldState: policy('old', { retainOnDelete: true }) }],
      ['old'],
    ],
    [
      'a policy that is replaced',
      [
        { op: 'create-replacement', oldState: policy('old'), newState: policy('new') },
        { op: 'replace', oldState: policy('old'), newState: policy('new') },
        { op: 'delete-replaced', oldState: policy('old') },
      ],
      ['new'],
    ],
  ])('say what is there after them: %s', (_, steps, names) => {
    const text = {
      ...preview(ROLE, ...steps),
      changeSummary: { same: steps.filter(({ op }) => op === 'same').length },
    };
    expect(read(text).principal.identity.read.map(({ name }) => name)).toEqual(names);
  });

  it('of other providers with roles in them are told', () => {
    const { identity } = read(preview(ROLE, state('aws-native:iam:Role', 'n', {}))).principal;
    expect(identity.unreadable).toMatchObject([{ said: 'resources of the provider aws-native are not read' }]);
  });
});

describe('a state', () => {
  const deployment = (rest: object, ...resources: readonly State[]) => ({
    version: 3,
    deployment: { manifest: { time: '2026-11-25T10:00:00Z' }, resources, ...rest },
  });

  it('says of a bucket that is older than AWS’s defaults only what it knows', () => {
    const bucket = (created: string) => state('aws:s3/bucketV2:BucketV2', 'b', { bucket: 'b' }, { created });
    const block = (created: string) => read(deployment({}, ROLE, bucket(created))).buckets[0]?.publicAccessBlock;
    expect(block('2026-01-01T00:00:00Z')).toMatchObject({ value: { blockPublicPolicy: true } });
    expect(block('2022-01-01T00:00:00Z')).toMatchObject({ why: { kind: 'not-asked' } });
  });

  it('may be of buckets by two providers, of which one may be another account’s', () => {
    const provider = (name: string) => ({ provider: `urn:pulumi:dev::p::pulumi:providers:aws::${name}::id` });
    const other = state('aws:s3/bucket:Bucket', 'b', { bucket: 'b' }, provider('other'));
    const documents = read(deployment({}, { ...ROLE, ...provider('main') }, other));
    expect(documents.buckets[0]?.owner).toMatchObject({ why: { kind: 'unknown' } });
  });

  it('leaves open what a stopped update did, and what waits for its deletion is none', () => {
    const gone = state(
      'aws:iam/rolePolicy:RolePolicy',
      'p',
      { name: 'p', role: 'r', policy: POLICY },
      { delete: true },
    );
    const pending = { pending_operations: [{ type: 'updating', resource: { urn: ROLE_URN } }] };
    expect(read(deployment(pending, ROLE, gone)).principal.identity).toMatchObject({
      read: [],
      unreadable: [{ what: ROLE_URN, said: expect.stringContaining('pulumi refresh') }],
    });
  });
});

describe('what is no preview and no state', () => {
  it.each([
    [
      'a preview that failed',
      caseText('pulumi-failed-preview.json'),
      /preview that failed:[\s\S]*must not have uppercase letters/,
    ],
    [
      'a state of another version',
      { version: 99, deployment: { resources: [] } },
      /version: "99" is not known here: this version reads 3 and 4/,
    ],
    ['a saved plan', { resourcePlans: {}, manifest: {} }, /a saved plan of Pulumi/],
    ['events one by one', '{"sequence":0,"timestamp":1,"preludeEvent":{}}\n{"sequence":1}\n', /event by event/],
    ['a preview for people', 'Previewing update (dev)\n', /shown to people[\s\S]*pulumi preview --json --show-sames/],
    [
      'a preview in which nothing changes',
      { config: {}, steps: [], changeSummary: { same: 4 } },
      /4 resources that plan\.json leaves out/,
    ],
    ['an empty stack', { version: 3, deployment: {} }, /It declares no role and no user/],
  ])('%s is refused with what to do', (_, text, message) => {
    expect(refusal(text)).toMatch(message);
  });
});
