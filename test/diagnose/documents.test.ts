import { describe, expect, test } from 'vitest';
import { type DiagnosisFacts, diagnose, judgePermissions, simulatorQuestion } from '../../src/diagnose/index.ts';
import type { AccessDocuments, Piece } from '../../src/model/access-documents.ts';
import type { Diagnosis } from '../../src/model/check.ts';
import type { JsonValue } from '../../src/model/policy.ts';
import type { SimulatorAnswer } from '../../src/model/simulator.ts';
import { absent, BLANK, factsOf, ROLE, read, refusal, text } from './cases.ts';

const BUCKET = 'arn:aws:s3:::my-bucket';
const DATE = '2026-11-25T00:00:00.000Z';
const unreadable = (what: string, action: string): Piece<never> => ({
  state: 'unreadable',
  why: { what, action, kind: 'denied', said: 'AccessDenied: no' },
});
const document = (...Statement: JsonValue[]): JsonValue => ({ Version: '2012-10-17', Statement });
const allow: JsonValue = { Sid: 'All', Effect: 'Allow', Action: 's3:*', Resource: '*' };

interface Given {
  readonly identity?: readonly JsonValue[];
  readonly bucket?: JsonValue;
  readonly boundary?: JsonValue;
  readonly trust?: JsonValue;
}

/** What was read of a role and a bucket of one account; SCPs and RCPs could not be. */
function documentsOf({ identity = [], bucket, boundary, trust }: Given): AccessDocuments {
  const policy = (name: string, found: JsonValue | undefined) =>
    found === undefined ? absent : read({ name, document: found });
  return {
    ...BLANK,
    principal: {
      ...BLANK.principal,
      tags: read({}),
      trust: policy('trust policy of role channelmix_s3_access', trust ?? document()),
      identity: {
        read: identity.map((found, index) => ({ name: `policy-${index}`, document: found })),
        unreadable: [],
      },
      boundary: policy('arn:aws:iam::111122223333:policy/edge', boundary),
    },
    bucket: {
      ...BLANK.bucket,
      region: read('eu-west-1'),
      owner: read('111122223333'),
      policy: policy('policy of bucket my-bucket', bucket),
    },
    organization: {
      id: unreadable('the organization', 'organizations:DescribeOrganization'),
      scps: unreadable('the SCPs', 'organizations:ListPoliciesForTarget'),
      rcps: unreadable('the RCPs', 'organizations:ListPoliciesForTarget'),
    },
  };
}

function diagnosisOf(message: string, given: Given, changes: Partial<DiagnosisFacts> = {}): Diagnosis {
  const documents = documentsOf(given);
  const facts = factsOf({ failure: refusal(message), documents, ...changes });
  const resource = facts.resource.replace('*', '00');
  const verdict = judgePermissions(documents, [{ action: facts.action, resource }], DATE);
  const [diagnosis] = diagnose([{ ...facts, verdict }]);
  if (diagnosis === undefined) throw new Error('no diagnosis');
  return diagnosis;
}

const put = (reason: string) => text('s3:PutObject', reason);
const explicit = (type: string) => put(` with an explicit deny in ${type}`);
const because = (type: string) => put(` because no ${type} allows the s3:PutObject action`);
const deny = (parts: { readonly [key: string]: JsonValue } = {}): JsonValue => ({
  Sid: 'NoPut',
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:PutObject',
  Resource: `${BUCKET}/*`,
  ...parts,
});

describe("AWS's answer and the policies", () => {
  test('agree: AWS has said it, the policies say which statement', () => {
    const found = diagnosisOf(explicit('a resource-based policy'), {
      identity: [document(allow)],
      bucket: document(allow, deny()),
    });
    expect(found).toMatchObject({
      layer: 'bucket-policy',
      evidence: 'aws',
      source: 'answer+documents',
      statement: { policy: 'policy of bucket my-bucket', index: 1, sid: 'NoPut' },
      pointer: '/Statement/1',
      remedy: { policy: 'bucket', edited: { Sid: 'NoPut', Condition: { ArnNotEquals: { 'aws:PrincipalArn': ROLE } } } },
    });
    expect(found).not.toHaveProperty('disagreement');
  });

  test('agree on a Deny of the role itself: the fix names it', () => {
    const { Principal: _, ...own } = deny() as { readonly [key: string]: JsonValue };
    const found = diagnosisOf(explicit('an identity-based policy'), { identity: [document(allow), document(own)] });
    expect(found).toMatchObject({ layer: 'identity', source: 'answer+documents', statement: { policy: 'policy-1' } });
    expect(found.fix).toBe('Take statement NoPut of policy-1 out, or narrow it: an Allow cannot outweigh it.');
  });

  test('agree that nothing allows: the nearest statement is named', () => {
    const near = { ...(allow as object), Resource: `${BUCKET}/other/*` };
    expect(diagnosisOf(because('identity-based policy'), { identity: [document(near)] })).toMatchObject({
      layer: 'identity',
      evidence: 'aws',
      source: 'answer+documents',
      near: { statement: { policy: 'policy-0', index: 0, sid: 'All' }, reason: 'resource', pointer: '/Statement/0' },
    });
  });

  test.each([
    ['a bucket policy', { identity: [document(allow)], bucket: document(deny()) }, 'bucket-policy'],
    [
      'an identity policy',
      { identity: [document(allow, { ...(deny() as object), Principal: undefined } as never)] },
      'identity',
    ],
    [
      'a boundary',
      { identity: [document(allow)], boundary: document({ ...(allow as object), Action: 's3:GetObject' }) },
      'boundary',
    ],
    ['no policy', {}, 'identity'],
  ] as const)('AWS gives no reason, and %s does: it is inferred, from the policies', (_name, given, layer) => {
    const clean = JSON.parse(JSON.stringify(given)) as Given;
    const found = diagnosisOf('Access Denied', clean, { owner: 'unknown' });
    expect(found).toMatchObject({ layer, evidence: 'inferred', source: 'documents' });
  });

  test('differ in the layer: AWS counts, and the other one is told', () => {
    const found = diagnosisOf(explicit('a service control policy'), {
      identity: [document(allow)],
      bucket: document(deny()),
    });
    expect(found).toMatchObject({ layer: 'scp', evidence: 'aws', source: 'answer' });
    expect(found.disagreement).toMatch(
      /AWS says that the layer scp refuses; .*bucket-policy refuses, too: .*NoPut.*mend both/,
    );
    expect(found).not.toHaveProperty('statement');
  });

  test('differ in the answer: AWS counts, and what was not read is listed', () => {
    const found = diagnosisOf(explicit('a service control policy'), { identity: [document(allow)] });
    expect(found).toMatchObject({ layer: 'scp', evidence: 'aws', source: 'answer' });
    expect(found.disagreement).toMatch(
      /the policies that could be read allow it: AWS's word counts.*Not read: the SCPs, the RCPs/,
    );
  });

  test('leave it to the address: the statement that asks for it is the one', () => {
    const perimeter = deny({ Sid: 'Perimeter', Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } } });
    const found = diagnosisOf(explicit('a resource-based policy'), {
      identity: [document(allow)],
      bucket: document(perimeter),
    });
    expect(found).toMatchObject({
      layer: 'bucket-policy',
      evidence: 'aws',
      source: 'answer+documents',
      statement: { sid: 'Perimeter' },
      remedy: {
        edited: {
          Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' }, ArnNotEquals: { 'aws:PrincipalArn': ROLE } },
        },
      },
    });
    expect(found.cause).toContain('StringNotEquals aws:SourceVpce vpce-1');
  });

  test('the same without a reason of AWS is inferred', () => {
    const perimeter = deny({ Condition: { NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } });
    expect(diagnosisOf('Access Denied', { identity: [document(allow)], bucket: document(perimeter) })).toMatchObject({
      layer: 'bucket-policy',
      evidence: 'inferred',
      source: 'documents',
      statement: { sid: 'NoPut' },
    });
  });
});

describe('the trust policy', () => {
  const own = (parts: object = {}): JsonValue =>
    ({
      Sid: 'Partner',
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::031871504755:root' },
      Action: 'sts:AssumeRole',
      ...parts,
    }) as JsonValue;
  const condition = { StringEquals: { 'sts:ExternalId': 'x' }, Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
  const assume = (trust: JsonValue) =>
    diagnosisOf(
      text('sts:AssumeRole', '', ROLE),
      { trust },
      { id: 'assume-role', action: 'sts:AssumeRole', resource: ROLE },
    );

  test('loses what ChannelMix cannot meet, both at once, and keeps the rest', () => {
    const other = own({ Sid: 'Audit', Principal: { AWS: 'arn:aws:iam::444455556666:root' } });
    const trust = document(other, own({ Condition: { ...condition, IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } }));
    expect(assume(trust).remedy?.document).toEqual(
      document(other, own({ Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } })),
    );
    expect(assume(document(own({ Condition: condition }))).remedy?.document).toEqual(document(own()));
  });

  test('that is for others, too, keeps its statement and gets one for ChannelMix', () => {
    const shared = own({ Principal: { AWS: ['031871504755', '444455556666'] }, Condition: condition });
    const after = [assume(document(shared)).remedy?.document?.Statement ?? []].flat();
    expect(after).toHaveLength(2);
    expect(after[0]).toEqual(shared);
    expect(after[1]).toMatchObject({ Effect: 'Allow', Action: 'sts:AssumeRole' });
    expect(after[1]).not.toHaveProperty('Condition');
  });

  test('with one statement that is no list is mended as that', () => {
    const single = { Version: '2012-10-17', Statement: own({ Condition: condition }) };
    const found = assume(single);
    expect(found.remedy?.document).toEqual({ Version: '2012-10-17', Statement: own() });
  });
});

describe('MFA in a trust policy', () => {
  const judged = (Condition: JsonValue) => {
    const statement = { Effect: 'Allow', Principal: { AWS: '031871504755' }, Action: 'sts:AssumeRole', Condition };
    const asked = [{ action: 'sts:AssumeRole', resource: ROLE }];
    return judgePermissions(documentsOf({ trust: document(statement) }), asked, DATE);
  };
  test.each([
    ['Bool', 'deny'],
    ['BoolIfExists', 'open'],
  ])('asked for by %s is %s: ChannelMix sends none, and may call as a role', (operator, result) => {
    const verdict = judged({ [operator]: { 'aws:MultiFactorAuthPresent': 'true' } });
    expect(verdict.result).toBe(result);
  });
});

describe("AWS's policy simulator", () => {
  const asked = { action: 's3:PutObject', resource: `${BUCKET}/k` };
  const verdictWith = (given: Given, answer: Omit<SimulatorAnswer, 'question' | 'missing'>, missing: string[] = []) => {
    const documents = documentsOf(given);
    const question = simulatorQuestion(documents, asked, DATE);
    if (question === undefined) throw new Error('no question');
    return judgePermissions(documents, [asked], DATE, [{ question, missing, ...answer }]);
  };

  test('agrees', () => {
    const verdict = verdictWith({ identity: [document(allow)] }, { decision: 'allowed' });
    expect(verdict).toMatchObject({ result: 'allow', comparisons: [{ own: 'allow', agrees: true }] });
  });

  test('knows SCPs that others may not read: its refusal counts', () => {
    const verdict = verdictWith({ identity: [document(allow)] }, { decision: 'implicitDeny', byOrganization: false });
    expect(verdict).toMatchObject({ result: 'deny', decisive: { layer: 'scp', simulator: true } });
  });

  test.each([
    ['refuses what the policies allow', [document(allow)], 'implicitDeny'],
    ['allows what the policies refuse', [], 'allowed'],
  ] as const)('%s: nothing is decided, and both are told', (_name, identity, decision) => {
    const verdict = verdictWith({ identity }, { decision });
    expect(verdict).toMatchObject({ result: 'open', comparisons: [{ agrees: false }] });
    expect(verdict.decisive.reasons).toEqual([
      {
        kind: 'differs',
        text: expect.stringMatching(/^AWS's policy simulator says .*only a real call shows who is right$/),
      },
    ]);
  });

  test('is not listened to where it missed context keys', () => {
    const verdict = verdictWith({ identity: [document(allow)] }, { decision: 'implicitDeny' }, [
      'aws:PrincipalTag/team',
    ]);
    expect(verdict.result).toBe('allow');
  });

  test('does not look at bucket policies: a Deny there stands', () => {
    const verdict = verdictWith({ identity: [document(allow)], bucket: document(deny()) }, { decision: 'allowed' });
    expect(verdict).toMatchObject({
      result: 'deny',
      decisive: { layer: 'bucket-policy' },
      comparisons: [{ agrees: true }],
    });
  });

  test('is asked with the context keys that a policy of the role asks for, and about no trust policy', () => {
    const tagged = {
      ...(allow as object),
      Condition: { StringEquals: { 'aws:PrincipalTag/team': 'data' } },
    } as JsonValue;
    const base = documentsOf({ identity: [document(tagged)] });
    const documents = { ...base, principal: { ...base.principal, tags: read({ team: 'data' }) } };
    expect(simulatorQuestion(documents, asked, DATE)?.context).toEqual({ 'aws:PrincipalTag/team': 'data' });
    expect(simulatorQuestion(documents, { action: 'sts:AssumeRole', resource: ROLE }, DATE)).toBeUndefined();
  });
});

test('what allows too much is named by statement', () => {
  const documents = documentsOf({ identity: [document(allow)] });
  const facts = factsOf({
    id: 'denied:s3:GetBucketPolicy',
    action: 's3:GetBucketPolicy',
    resource: BUCKET,
    expect: 'deny',
    result: 'allow',
    documents,
  });
  const verdict = judgePermissions(documents, [{ action: facts.action, resource: facts.resource }], DATE);
  expect(diagnose([{ ...facts, verdict }])[0]).toMatchObject({
    layer: 'identity',
    statement: { policy: 'policy-0', index: 0, sid: 'All' },
    pointer: '/Statement/0',
  });
});

describe('a bucket of another account', () => {
  const foreign = (bucket: Partial<AccessDocuments['bucket']>, policy: JsonValue): AccessDocuments => {
    const base = documentsOf({ identity: [document(allow)], bucket: policy });
    return { ...base, bucket: { ...base.bucket, owner: read('444455556666'), ...bucket } };
  };
  const granted = document({ ...(allow as object), Principal: { AWS: ROLE } } as JsonValue);
  const open = document({ ...(allow as object), Principal: '*' } as JsonValue);
  const block = read({
    blockPublicAcls: true,
    ignorePublicAcls: true,
    blockPublicPolicy: true,
    restrictPublicBuckets: true,
  });
  const asked = [{ action: 's3:PutObject', resource: `${BUCKET}/k` }];
  test.each([
    ['allows in both policies', foreign({}, granted), 'allow', undefined],
    [
      'has aws/s3, which stays in its account',
      foreign({ encryption: read({ algorithm: 'aws:kms' }) }, granted),
      'deny',
      'kms',
    ],
    ['lets the requester pay', foreign({ requestPayer: read('Requester') }, granted), 'deny', 'requester-pays'],
    ['is public, and cut off', foreign({ publicAccessBlock: block }, open), 'deny', 'public-access-block'],
    [
      'is public, and cut off by its account',
      foreign({ accountPublicAccessBlock: block }, open),
      'deny',
      'public-access-block',
    ],
    ['is public, and nothing cuts it off', foreign({}, open), 'allow', undefined],
    [
      'names the role, and Block Public Access could not be read',
      foreign({ accountPublicAccessBlock: unreadable('it', 's3:GetAccountPublicAccessBlock') }, granted),
      'allow',
      undefined,
    ],
    ['does not allow', foreign({}, document()), 'deny', 'bucket-policy'],
  ] as const)('%s', (_name, documents, result, layer) => {
    const { result: found, decisive } = judgePermissions(documents, asked, DATE);
    expect({ found, layer: decisive.layer }).toEqual({ found: result, layer });
  });

  test('which is public is neither, where nobody knows whether its account cuts it off', () => {
    const accountPublicAccessBlock = unreadable('the block', 's3:GetAccountPublicAccessBlock');
    expect(judgePermissions(foreign({ accountPublicAccessBlock }, open), asked, DATE)).toMatchObject({
      result: 'open',
      decisive: { reasons: [{ kind: 'unread', policy: 'the block' }] },
    });
  });

  test('of which nobody knows whether it is one is neither, where that decides', () => {
    const unknown = foreign({ owner: unreadable('the owner', 's3:ListBucket'), policy: absent }, document());
    expect(judgePermissions(unknown, asked, DATE).result).toBe('open');
  });
});
