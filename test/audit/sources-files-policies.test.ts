import { describe, expect, it } from 'vitest';
import { audit, expectationOf } from '../../src/audit/index.ts';
import { readFolder } from '../../src/audit/sources/folder.ts';
import { type PolicyFiles, readPolicyFiles } from '../../src/audit/sources/policy-files.ts';
import { writeDocuments } from '../../src/audit/sources/saved.ts';
import type { SourceChoice, SourceFile } from '../../src/audit/sources/types.ts';
import { identityPolicy, trustPolicy } from '../../src/generate/policy-documents.ts';
import type { JsonValue } from '../../src/model/policy.ts';
import { deployed, NOW } from './documents.ts';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const NAMED: SourceChoice = { principal: 'arn:aws:iam::111122223333:role/app/channelmix' };

function grant(...buckets: readonly string[]): object {
  return (
    identityPolicy({
      access: 'minimal',
      partition: 'aws',
      buckets: buckets.map((name) => ({ name, create: false, prefixes: [], kmsKeyArn: KEY })),
    }) ?? {}
  );
}

function statement(more: Readonly<Record<string, JsonValue>>): object {
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*', ...more }],
  };
}

function file(path: string, content: object | string): SourceFile {
  return { path, text: typeof content === 'string' ? content : JSON.stringify(content, null, 2) };
}

const IDENTITY = file('identity.json', grant('acme-reports'));
const TRUST = file('trust.json', trustPolicy('aws'));
const BUCKET_POLICY = file(
  'b.json',
  statement({ Resource: ['arn:aws:s3:::acme-reports', 'arn:aws:s3:::acme-reports/*'] }),
);

function read(files: PolicyFiles, choice: SourceChoice = NAMED) {
  return readPolicyFiles(files, choice);
}

describe('policy files', () => {
  it('give a principal with these policies, and of nothing else a word', () => {
    const { source, principal, buckets, keys, organization, otherWays } = read({
      identity: [IDENTITY],
      trust: TRUST,
      bucketPolicies: [BUCKET_POLICY],
    });
    expect(source).toEqual({ kind: 'files', path: 'identity.json' });
    expect(principal).toMatchObject({
      kind: 'role',
      arn: NAMED.principal,
      account: '111122223333',
      name: 'channelmix',
      boundary: { state: 'absent' },
      accessKeys: { state: 'absent' },
    });
    expect(principal.trust).toMatchObject({
      state: 'read',
      value: { name: 'trust.json', document: trustPolicy('aws') },
    });
    expect(principal.identity).toMatchObject({
      read: [{ name: 'identity.json', document: grant('acme-reports') }],
      unreadable: [],
    });
    expect(buckets.map(({ name, policy }) => [name, policy.state === 'read' && policy.value.name])).toEqual([
      ['acme-reports', 'b.json'],
    ]);
    expect(keys.map(({ arn, policy }) => [arn, policy.state])).toEqual([[KEY, 'unreadable']]);
    const untold = [
      principal.tags,
      principal.lastUsed,
      principal.lastAccessed,
      buckets[0]?.versioning,
      buckets[0]?.owner,
      organization.scps,
      keys[0]?.policy,
    ];
    for (const fact of untold)
      expect(fact).toMatchObject({ state: 'unreadable', why: { kind: 'not-asked', said: 'no file was given' } });
    expect(otherWays.unreadable).toMatchObject([{ kind: 'not-asked' }]);
  });

  it('say where each policy and each statement stands', () => {
    const [policy] = read({ identity: [file('mail.md', `Hello,\n\n\`\`\`json\n${IDENTITY.text}\n\`\`\`\n`)] }).principal
      .identity.read;
    expect(policy).toMatchObject({ name: 'mail.md', place: { path: 'mail.md', line: 4, column: 1 } });
    const lines = IDENTITY.text.split('\n');
    expect(policy?.place?.statements.map(({ line, column }) => lines[line - 4]?.slice(column - 1))).toEqual([
      '{',
      '{',
      '{',
    ]);
  });

  it.each([
    ['comments', IDENTITY.text.replace('{', '{ // of the vendor')],
    [
      'YAML',
      'Version: "2012-10-17"\nStatement:\n  - Effect: Allow\n    Action: s3:GetObject\n    Resource: arn:aws:s3:::acme-reports/*\n',
    ],
    [
      'an answer of the AWS CLI',
      JSON.stringify({ RoleName: 'x', PolicyName: 'y', PolicyDocument: grant('acme-reports') }),
    ],
  ])('are read with what lint reads: %s', (_name, text) => {
    expect(read({ identity: [file('identity.yaml', text)] }).buckets.map(({ name }) => name)).toEqual(['acme-reports']);
  });

  it('take what fits out of a file with several', () => {
    const both = file('both.md', `\`\`\`\n${IDENTITY.text}\n\`\`\`\n\n\`\`\`\n${TRUST.text}\n\`\`\`\n`);
    const { principal } = read({ identity: [both], trust: both });
    expect(principal.identity.read.map(({ name }) => name)).toEqual(['both.md (1 of 2)']);
    expect(principal.trust).toMatchObject({ state: 'read', value: { name: 'both.md (2 of 2)' } });
  });

  it('leave a policy open that depends on what its template does not say', () => {
    const template = file(
      'role.yaml',
      'PolicyDocument:\n  Statement:\n    - Effect: Allow\n      Action: s3:GetObject\n      Resource: !GetAtt Bucket.Arn\n',
    );
    const { identity } = read({ identity: [template, IDENTITY] }).principal;
    expect(identity.read.map(({ name }) => name)).toEqual(['identity.json']);
    expect(identity.unreadable).toMatchObject([
      { kind: 'unknown', what: 'the policy in role.yaml', said: expect.stringContaining('role.yaml:5:25') },
    ]);
  });

  it('are about the role that the kit proposes, in no account, where nobody is named', () => {
    expect(read({ identity: [IDENTITY] }, {}).principal).toMatchObject({
      kind: 'role',
      arn: 'arn:aws:iam::000000000000:role/channelmix_s3_access',
    });
    expect(read({ identity: [IDENTITY] }, { principal: 'mine' }).principal.arn).toBe(
      'arn:aws:iam::000000000000:role/mine',
    );
    expect(read({ identity: [IDENTITY] }, { principal: 'arn:aws:iam::111122223333:user/x' }).principal).toMatchObject({
      kind: 'user',
      trust: { state: 'absent' },
      accessKeys: { state: 'unreadable' },
    });
  });

  it('leave open what was not given of the principal', () => {
    expect(read({ trust: TRUST }).principal.identity.unreadable).toMatchObject([{ kind: 'unknown' }]);
    expect(read({ identity: [IDENTITY] }).principal.trust).toMatchObject({
      state: 'unreadable',
      why: { kind: 'unknown' },
    });
  });
});

const ANY = statement({});
const SECOND = file('identity-2.json', grant('acme-logs'));

/** Policies that do not name whose they are, and how it is known all the same. */
const OWNERS: readonly (readonly [name: string, files: PolicyFiles, choice: SourceChoice, bucket: string])[] = [
  ['there is only one', { identity: [IDENTITY], bucketPolicies: [file('b.json', ANY)] }, NAMED, 'acme-reports'],
  [
    'the file is called after it',
    { identity: [IDENTITY, SECOND], bucketPolicies: [file('x/bucket-policy-acme-logs.json', ANY)] },
    NAMED,
    'acme-logs',
  ],
  [
    'only one of those that it names is meant',
    {
      identity: [IDENTITY],
      bucketPolicies: [file('b.json', statement({ Resource: ['arn:aws:s3:::acme-reports/*', 'arn:aws:s3:::zeta/*'] }))],
    },
    NAMED,
    'acme-reports',
  ],
  ['it was named', { bucketPolicies: [file('b.json', ANY)] }, { ...NAMED, buckets: ['mine'] }, 'mine'],
];

describe('the policy of a bucket or key', () => {
  it.each(OWNERS)('is that of the one that is meant: %s', (_name, files, choice, bucket) => {
    const { buckets } = read(files, choice);
    expect(buckets.filter(({ policy }) => policy.state === 'read').map(({ name }) => name)).toEqual([bucket]);
  });

  it('is that of the key that the policies name, or that was named', () => {
    const keyPolicies = [file('k.json', statement({ Action: 'kms:*' }))];
    expect(read({ identity: [IDENTITY], keyPolicies }).keys).toMatchObject([
      { arn: KEY, account: '111122223333', policy: { state: 'read' } },
    ]);
    expect(read({ keyPolicies }, { ...NAMED, keys: [KEY] }).keys).toMatchObject([
      { arn: KEY, policy: { state: 'read' } },
    ]);
  });

  it.each([
    [
      'nothing is known of buckets',
      { bucketPolicies: [file('b.json', ANY)] },
      /b\.json does not say of which bucket it is the policy: it names none/,
    ],
    [
      'it could be of two',
      { identity: [IDENTITY, SECOND], bucketPolicies: [file('b.json', ANY)] },
      /does not say of which bucket/,
    ],
    [
      'a bucket has two',
      { bucketPolicies: [BUCKET_POLICY, { ...BUCKET_POLICY, path: 'c.json' }] },
      /c\.json has a second policy of bucket acme-reports/,
    ],
    ['nothing is known of keys', { keyPolicies: [file('k.json', ANY)] }, /k\.json does not say of which key/],
  ])('is refused where it cannot be told whose it is: %s', (_name, files: PolicyFiles, message) => {
    expect(() => read(files)).toThrow(
      expect.objectContaining({ code: 'input', message: expect.stringMatching(message) }),
    );
  });
});

describe('policies of an organization', () => {
  it('are a level each, with FullAWSAccess where a level only denies', () => {
    const deny = file('ou.json', {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action: 's3:DeleteBucket', Resource: '*' }],
    });
    const allow = file('root.json', {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
    });
    const { scps, rcps } = read({
      identity: [IDENTITY],
      scps: [allow, deny],
      rcps: [file('r.json', ANY)],
    }).organization;
    const names = (one: typeof scps) =>
      one.state === 'read' && one.value.map(({ id, policies }) => [id, ...policies.map(({ name }) => name)]);
    expect(names(scps)).toEqual([
      ['root.json', 'root.json'],
      ['ou.json', 'FullAWSAccess', 'ou.json'],
    ]);
    expect(names(rcps)).toEqual([['r.json', 'r.json']]);
  });
});

describe('an audit of policy files', () => {
  const found = (files: PolicyFiles) => {
    const documents = read(files);
    const expected = { ...expectationOf(documents, 'minimal', []), from: 'inferred' as const };
    return audit({ documents, expected, now: NOW });
  };

  it('finds what one of them denies, in its file and line', () => {
    const scp = { Statement: [{ Effect: 'Deny', Action: 's3:PutObject', Resource: '*' }] };
    const { findings } = found({ identity: [IDENTITY], trust: TRUST, scps: [file('scp.json', scp)] });
    const denied = findings.filter(({ ruleId }) => ruleId === 'permission-denied');
    expect(denied).toMatchObject([{ severity: 'error', place: { path: 'scp.json', line: 3 } }]);
  });

  it('is complete, and says what no file was about', () => {
    const { unjudged, complete } = found({ identity: [IDENTITY], trust: TRUST });
    expect(complete).toBe(true);
    expect(unjudged.map(({ what }) => what)).toEqual(expect.arrayContaining(['the policy of bucket acme-reports']));
  });

  it.each([
    ['its policies', { trust: TRUST }],
    ['its trust policy', { identity: [IDENTITY] }],
  ])('is not complete without what decides what the role can do: %s', (_name, files) => {
    expect(found(files).complete).toBe(false);
  });

  it('is complete without the trust policy of a user, who has none', () => {
    const documents = read({ identity: [IDENTITY] }, { principal: 'arn:aws:iam::111122223333:user/x' });
    const expected = { ...expectationOf(documents, 'minimal', []), from: 'inferred' as const };
    expect(audit({ documents, expected, now: NOW }).complete).toBe(true);
  });
});

describe('a policy file that cannot be used', () => {
  it.each([
    ['no policy', { identity: [file('x.json', '{"hello":1}')] }, /x\.json has no policy document/],
    ['empty', { trust: file('x.json', '') }, /x\.json is empty/],
    ['cut off', { identity: [file('x.json', IDENTITY.text.slice(0, 200))] }, /^x\.json:\d+:\d+: /],
    ['two trust policies', { trust: file('x.json', `${TRUST.text}\n${TRUST.text}`) }, /has several policy documents/],
  ])('is refused: %s', (_name, files: PolicyFiles, message) => {
    expect(() => read(files)).toThrow(
      expect.objectContaining({ code: 'input', message: expect.stringMatching(message), hint: expect.any(String) }),
    );
  });

  it('is refused as the trust policy of a user, and beside a principal that is none', () => {
    expect(() => read({ trust: TRUST }, { principal: 'arn:aws:iam::111122223333:user/x' })).toThrow(
      /the principal is a user/,
    );
    expect(() => read({ trust: TRUST }, { principal: 'arn:aws:s3:::x' })).toThrow(/neither the ARN nor the name/);
  });
});

const DETAILS = file('gaad.json', {
  RoleDetailList: [
    {
      RoleName: 'cm',
      Arn: 'arn:aws:iam::111122223333:role/cm',
      AssumeRolePolicyDocument: trustPolicy('aws'),
      RolePolicyList: [{ PolicyName: 'p', PolicyDocument: grant('acme-reports') }],
    },
  ],
  UserDetailList: [],
  GroupDetailList: [],
  Policies: [],
});
const OTHER_DETAILS = file('gaad-2.json', DETAILS.text.replaceAll('111122223333', '444455556666'));
const SAVED = file('saved.json', writeDocuments(deployed()));
const PLANS = [
  file('plan.json', '{"format_version":"1.2","terraform_version":"1.9.0","planned_values":{}}'),
  file('stack.json', '{"version":3,"deployment":{"resources":[]}}'),
  file('preview.json', '{"config":{},"steps":[{"op":"create"}]}'),
  file('template.yaml', 'AWSTemplateFormatVersion: "2010-09-09"\nResources: {}\n'),
  file('template.json', '{"Resources":{"R":{"Type":"AWS::IAM::Role","Properties":{}}}}'),
];

describe('a folder', () => {
  const parts = (files: readonly SourceFile[], choice: SourceChoice = {}) => {
    const { documents, plans, notes } = readFolder(files, choice);
    return {
      documents,
      plans: plans.map(({ path }) => path),
      notes,
      kinds: documents.map(({ source }) => source.kind),
    };
  };

  it('of policy documents is one principal, each document by what is in it and by its name', () => {
    const { documents, notes } = parts([
      IDENTITY,
      TRUST,
      file('boundary.json', grant('acme-reports')),
      file('scp-root.json', {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Deny', Action: 's3:DeleteBucket', Resource: '*' }],
      }),
      file('rcp.json', ANY),
      BUCKET_POLICY,
      file('key.json', statement({ Action: ['kms:Decrypt'] })),
    ]);
    expect(notes).toEqual([]);
    expect(documents).toHaveLength(1);
    const [{ principal, buckets, keys, organization } = deployed()] = documents;
    expect(principal.identity.read.map(({ name }) => name)).toEqual(['identity.json']);
    const pieces = [principal.trust, principal.boundary, buckets[0]?.policy, keys[0]?.policy];
    expect(pieces.map((piece) => piece?.state === 'read' && piece.value.name)).toEqual([
      'trust.json',
      'boundary.json',
      'b.json',
      'key.json',
    ]);
    expect([organization.scps.state, organization.rcps.state]).toEqual(['read', 'read']);
  });

  it('of authorization details takes the policies of buckets beside them, and says what it leaves out', () => {
    const { documents, notes, kinds } = parts([DETAILS, BUCKET_POLICY, TRUST, file('README.md', 'Hello.')]);
    expect(kinds).toEqual(['authorization-details']);
    expect(documents[0]?.buckets[0]?.policy).toMatchObject({ state: 'read', value: { name: 'b.json' } });
    expect(notes).toEqual([
      'README.md was left out: it is no file that says something of an account',
      'trust.json (trust) was left out: the authorization details have their own',
    ]);
  });

  it('of several accounts is one each, and no policy goes with one of them', () => {
    const { kinds, notes } = parts([DETAILS, OTHER_DETAILS, SAVED, BUCKET_POLICY]);
    expect(kinds).toEqual(['aws', 'authorization-details', 'authorization-details']);
    expect(notes).toEqual(['b.json (bucket-policy) was left out: there are several accounts it could go with']);
  });

  it('leaves plans to their reader', () => {
    expect(parts(PLANS)).toEqual({ documents: [], plans: PLANS.map(({ path }) => path), notes: [], kinds: [] });
  });

  it('gives of what was saved the principal that is named', () => {
    expect(parts([SAVED], { principal: 'channelmix_s3_access' }).documents).toHaveLength(1);
    expect(parts([SAVED], { principal: 'other' })).toMatchObject({
      documents: [],
      notes: ['no file of audit --save is about other'],
    });
  });

  it('says that policies of nobody are left out', () => {
    expect(parts([BUCKET_POLICY]).notes).toEqual([
      'b.json (bucket-policy) was left out: no file says whose access it is about',
    ]);
  });

  it('refuses two trust policies, and files that are cut off', () => {
    expect(() => parts([TRUST, { ...TRUST, path: 'trust-2.json' }])).toThrow(
      /trust\.json and trust-2\.json are both of the kind trust/,
    );
    for (const one of [SAVED, DETAILS]) {
      expect(() => parts([{ ...one, text: one.text.slice(0, one.text.length / 2) }])).toThrow(/is cut off/);
    }
  });
});
