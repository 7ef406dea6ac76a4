import { describe, expect, it } from 'vitest';
import { readAuthorizationDetails } from '../../src/audit/sources/authorization-details.ts';
import type { SourceChoice } from '../../src/audit/sources/types.ts';
import { identityPolicy, trustPolicy } from '../../src/generate/policy-documents.ts';
import type { AuditDocuments } from '../../src/model/audit-documents.ts';

const ACCOUNT = '111122223333';
const TRUST = trustPolicy('aws');
const OWN = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
const GRANT = identityPolicy({
  access: 'minimal',
  partition: 'aws',
  buckets: [{ name: 'acme-reports', create: false, prefixes: [] }],
});
const ALL = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] };

function role(name: string, trust: object, more: object = {}): object {
  return {
    Path: '/',
    RoleName: name,
    RoleId: `AROA${name.toUpperCase()}`,
    Arn: `arn:aws:iam::${ACCOUNT}:role/${name}`,
    CreateDate: '2026-01-02T03:04:05+00:00',
    AssumeRolePolicyDocument: trust,
    InstanceProfileList: [],
    RolePolicyList: [],
    AttachedManagedPolicies: [],
    Tags: [],
    RoleLastUsed: {},
    ...more,
  };
}

function user(name: string, more: object = {}): object {
  return {
    Path: '/',
    UserName: name,
    UserId: `AIDA${name.toUpperCase()}`,
    Arn: `arn:aws:iam::${ACCOUNT}:user/${name}`,
    CreateDate: '2026-01-02T03:04:05+00:00',
    GroupList: [],
    AttachedManagedPolicies: [],
    Tags: [],
    ...more,
  };
}

function managed(
  arn: string,
  versions: readonly { readonly id: string; readonly document: unknown; readonly isDefault?: boolean }[],
): object {
  const PolicyVersionList = versions.map(({ id, document, isDefault = false }) => ({
    Document: document,
    VersionId: id,
    IsDefaultVersion: isDefault,
    CreateDate: '2026-01-02T03:04:05+00:00',
  }));
  return {
    PolicyName: arn.split('/').at(-1),
    Arn: arn,
    DefaultVersionId: versions.find(({ isDefault }) => isDefault)?.id,
    PolicyVersionList,
  };
}

const FULL_ARN = 'arn:aws:iam::aws:policy/AmazonS3FullAccess';
const BOUND_ARN = `arn:aws:iam::${ACCOUNT}:policy/bound`;
const BOUND = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:Get*', Resource: '*' }] };

const CHANNELMIX = role('channelmix', TRUST, {
  RolePolicyList: [{ PolicyName: 'inline', PolicyDocument: GRANT }],
  AttachedManagedPolicies: [{ PolicyName: 'AmazonS3FullAccess', PolicyArn: FULL_ARN }],
  PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: BOUND_ARN },
  Tags: [{ Key: 'team', Value: 'data' }],
  RoleLastUsed: { LastUsedDate: '2026-11-01T00:00:00+00:00', Region: 'eu-west-1' },
});
const POLICIES = [
  managed(FULL_ARN, [
    { id: 'v1', document: GRANT },
    { id: 'v2', document: ALL, isDefault: true },
  ]),
  managed(BOUND_ARN, [{ id: 'v7', document: BOUND, isDefault: true }]),
];

function answer(roles: readonly object[], users: readonly object[] = [], more: object = {}): object {
  return { UserDetailList: users, GroupDetailList: [], RoleDetailList: roles, Policies: POLICIES, ...more };
}

function read(text: string | object | readonly string[], choice: SourceChoice = {}): AuditDocuments {
  const texts = Array.isArray(text)
    ? (text as readonly string[])
    : [typeof text === 'string' ? text : JSON.stringify(text, null, 4)];
  return readAuthorizationDetails(
    texts.map((one, index) => ({ path: `account-${index}.json`, text: one })),
    choice,
  );
}

const WHOLE = answer([role('other', OWN), CHANNELMIX], [user('ann')]);

describe('authorization details', () => {
  it('give the role that trusts ChannelMix, with everything that they say of it', () => {
    const { source, principal, buckets, otherWays } = read(WHOLE);
    expect(source).toEqual({ kind: 'authorization-details', path: 'account-0.json' });
    expect(principal).toMatchObject({
      kind: 'role',
      arn: `arn:aws:iam::${ACCOUNT}:role/channelmix`,
      account: ACCOUNT,
      name: 'channelmix',
      id: 'AROACHANNELMIX',
      created: '2026-01-02T03:04:05+00:00',
      tags: { state: 'read', value: { team: 'data' } },
      trust: { state: 'read', value: { name: 'trust policy of role channelmix', document: TRUST } },
      boundary: { state: 'read', value: { name: BOUND_ARN, document: BOUND } },
      lastUsed: { state: 'read', value: '2026-11-01T00:00:00+00:00' },
      accessKeys: { state: 'absent' },
    });
    expect(principal.identity).toMatchObject({
      read: [
        { name: 'inline', document: GRANT },
        { name: FULL_ARN, document: ALL },
      ],
      unreadable: [],
    });
    expect(buckets.map(({ name }) => name)).toEqual(['acme-reports']);
    expect(buckets[0]?.policy).toMatchObject({ state: 'unreadable', why: { kind: 'not-asked' } });
    expect(otherWays).toEqual({ read: [], unreadable: [] });
  });

  it('say where the role, its policies and their statements stand', () => {
    const text = JSON.stringify(WHOLE, null, 4);
    const { principal } = read(text);
    const line = (what: string) => text.slice(0, text.indexOf(what)).split('\n').length;
    const [inline] = principal.identity.read;
    expect(principal.place?.line).toBe(line('"RoleName": "channelmix"') - 2);
    expect(inline?.place?.statements.map((statement) => statement.line)).toEqual([
      line('"ChannelMixListBucket"') - 1,
      line('"ChannelMixReadWriteObjects"') - 1,
    ]);
  });

  it('are read alike when the documents are encoded, as the API sends them', () => {
    const encoded = JSON.parse(JSON.stringify(WHOLE), (key, value) =>
      key === 'AssumeRolePolicyDocument' || key === 'PolicyDocument' || key === 'Document'
        ? encodeURIComponent(JSON.stringify(value))
        : value,
    );
    const documents = ({ principal }: AuditDocuments) =>
      [principal.trust, principal.boundary, ...principal.identity.read.map((value) => ({ value }))].map(
        (one) => 'value' in one && one.value.document,
      );
    expect(documents(read(encoded))).toEqual(documents(read(WHOLE)));
  });

  it.each([
    ['one after the other', (pages: readonly string[]) => [pages.join('\n')]],
    ['in a list', (pages: readonly string[]) => [`[${pages.join(',')}]`]],
    ['in files', (pages: readonly string[]) => pages],
  ])('are put together from pages %s', (_name, join) => {
    const pages = [
      {
        UserDetailList: [],
        GroupDetailList: [],
        RoleDetailList: [CHANNELMIX],
        Policies: [],
        IsTruncated: true,
        Marker: 'x',
      },
      { UserDetailList: [], GroupDetailList: [], RoleDetailList: [], Policies: POLICIES, IsTruncated: false },
    ].map((page) => JSON.stringify(page));
    const { principal, otherWays } = read(join(pages));
    expect(principal.identity.read.map(({ name }) => name)).toEqual(['inline', FULL_ARN]);
    expect([...principal.identity.unreadable, ...otherWays.unreadable]).toEqual([]);
  });

  it('give a user with the policies of its groups', () => {
    const group = {
      GroupName: 'vendors',
      Arn: 'x',
      GroupPolicyList: [{ PolicyName: 'of-group', PolicyDocument: GRANT }],
      AttachedManagedPolicies: [{ PolicyArn: FULL_ARN }],
    };
    const { principal } = read(
      answer(
        [],
        [
          user('ChannelMix', {
            GroupList: ['vendors', 'gone'],
            UserPolicyList: [{ PolicyName: 'own', PolicyDocument: ALL }],
          }),
        ],
        { GroupDetailList: [group] },
      ),
    );
    expect(principal).toMatchObject({
      kind: 'user',
      trust: { state: 'absent' },
      accessKeys: { state: 'unreadable', why: { kind: 'not-asked' } },
    });
    expect(principal.identity.read.map(({ name, group: of }) => [name, of])).toEqual([
      ['own', undefined],
      ['of-group', 'vendors'],
      [FULL_ARN, 'vendors'],
    ]);
    expect(principal.identity.unreadable.map(({ what, kind }) => [what, kind])).toEqual([
      ['the policies of group gone', 'unknown'],
    ]);
  });

  it('leave open what a filter or a missing page has left out', () => {
    const filtered = read({ RoleDetailList: [CHANNELMIX] });
    expect(filtered.principal.identity.unreadable).toMatchObject([
      { what: `policy ${FULL_ARN}`, kind: 'unknown', said: expect.stringContaining('filter') },
    ]);
    expect(filtered.principal.boundary).toMatchObject({ state: 'unreadable', why: { kind: 'unknown' } });
    expect(filtered.otherWays.unreadable).toMatchObject([{ kind: 'unknown' }]);
    const truncated = read(answer([CHANNELMIX], [], { Policies: [], IsTruncated: true }));
    expect(truncated.principal.identity.unreadable).toMatchObject([{ said: expect.stringContaining('page') }]);
  });

  it('leave open whom another role lets in, where that cannot be read', () => {
    const { otherWays } = read(answer([CHANNELMIX, { ...role('broken', TRUST), AssumeRolePolicyDocument: '%7Bno' }]));
    expect(otherWays).toMatchObject({
      read: [],
      unreadable: [{ what: 'the trust policy of role broken', kind: 'unknown' }],
    });
  });

  it('take the principal that is named, and tell the others as ways of ChannelMix, too', () => {
    const chained = {
      Statement: { ...OWN.Statement[0], Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/channelmix` } },
    };
    const several = answer(
      [CHANNELMIX, role('old', TRUST), role('other', OWN), role('admin', chained)],
      [user('channelmix-key'), user('ann')],
    );
    const named = read(several, { principal: 'channelmix' });
    expect(named.otherWays.read.map(({ kind, because, arn }) => [kind, because, arn.split('/').at(-1)])).toEqual([
      ['role', 'trusted', 'old'],
      ['role', 'chained', 'admin'],
      ['user', 'name', 'channelmix-key'],
    ]);
    expect(read(several, { principal: `arn:aws:iam::${ACCOUNT}:user/ann` }).principal.name).toBe('ann');
    expect(() => read(several)).toThrow(
      /3 roles and users that can be those of ChannelMix[\s\S]*role\/channelmix\n[\s\S]*role\/old\n[\s\S]*user\/channelmix-key$/,
    );
    expect(() => read(several, { principal: 'nobody' })).toThrow(/has no role or user "nobody"/);
  });

  it('list everybody where nobody can be ChannelMix', () => {
    expect(() => read(answer([role('other', OWN)], [user('ann')]))).toThrow(
      /has no role that trusts ChannelMix \(031871504755\)[\s\S]*role\/other\n[\s\S]*user\/ann$/,
    );
  });

  it('take buckets that are named beside those of the policies', () => {
    expect(read(WHOLE, { buckets: ['acme-logs'] }).buckets.map(({ name }) => name)).toEqual([
      'acme-logs',
      'acme-reports',
    ]);
  });
});

const TEXT = JSON.stringify(WHOLE);

describe('a file that is no authorization details', () => {
  it.each([
    ['cut off', TEXT.slice(0, TEXT.length / 2), /account-0\.json is cut off/],
    ['broken', TEXT.replace('"RoleDetailList":', '"RoleDetailList"'), /cannot be read at line 1, column \d+/],
    ['of another command', '{"Roles":[]}', /is not what get-account-authorization-details answers/],
    ['followed by other text', `${TEXT}\nDone.`, /cannot be read at line 2, column 1: the answer has ended/],
    ['empty', ' \n', /is empty/],
  ])('is refused with the place: %s', (_name, text, message) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({ code: 'input', message: expect.stringMatching(message) }),
    );
  });

  it('leaves a document open that is none', () => {
    const { principal } = read(TEXT.replace(JSON.stringify(GRANT), '"%7B"'));
    expect(principal.identity.unreadable).toMatchObject([
      {
        what: 'inline policy inline of role channelmix',
        kind: 'unknown',
        said: expect.stringMatching(/account-0\.json:1:\d+ is no policy/),
      },
    ]);
  });
});
