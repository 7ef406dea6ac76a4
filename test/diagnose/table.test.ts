import { describe, expect, test } from 'vitest';
import { DIAGNOSIS_RULES, type DiagnosisFacts, diagnose, grantRemedies } from '../../src/diagnose/index.ts';
import { identityPolicy } from '../../src/generate/policy-documents.ts';
import type { Diagnosis } from '../../src/model/check.ts';
import { CASES, factsOf, refusal, text } from './cases.ts';

/** The diagnosis of a check that is alone. */
function alone(facts: DiagnosisFacts): Diagnosis {
  const [diagnosis] = diagnose([facts]);
  if (diagnosis === undefined) throw new Error('no diagnosis');
  return diagnosis;
}

const because = (action: string, type = 'identity-based policy') =>
  refusal(text(action, ` because no ${type} allows the ${action} action`));

test.each(CASES)('%s speaks for what it is for', (rule, changes, layer, evidence) => {
  const facts = factsOf(changes);
  expect(DIAGNOSIS_RULES.find(({ when }) => when(facts))?.id).toBe(rule);
  const diagnosis = alone(facts);
  expect(diagnosis).toMatchObject({ rule, layer, evidence });
  expect(diagnosis.cause.length).toBeGreaterThan(20);
  expect(diagnosis.fix.length).toBeGreaterThan(20);
  expect(`${diagnosis.cause} ${diagnosis.fix}`).not.toMatch(/undefined|\[object/);
});

test('every row has a case, and its own id', () => {
  const ids = DIAGNOSIS_RULES.map(({ id }) => id);
  expect(new Set(CASES.map(([rule]) => rule))).toEqual(new Set(ids));
  expect(new Set(ids).size).toBe(ids.length);
});

test('a HEAD without text borrows the reason of the same action, and of no other', () => {
  const head = factsOf({ id: 'head-object', action: 's3:GetObject', failure: refusal('') });
  const named = refusal(text('s3:GetObject', ' with an explicit deny in a resource-based policy'));
  const peer = { id: 'get-object', action: 's3:GetObject', prefix: '', result: 'deny', failure: named } as const;
  expect(alone({ ...head, peers: [peer] })).toMatchObject({ layer: 'bucket-policy', evidence: 'aws' });
  expect(alone({ ...head, peers: [{ ...peer, action: 's3:ListBucket' }] }).evidence).toBe('inferred');
});

test('what was waited for is said', () => {
  const diagnosis = alone(factsOf({ failure: refusal('Access Denied'), waited: { times: 9, ms: 12_340 } }));
  expect(diagnosis.cause).toContain('Retried 9 times over 12.3 s');
});

test("the statement that is proposed is the one of the kit's policy that has the action, with what goes with it", () => {
  const statementOf = (action: string, prefixes: string[], more: Partial<DiagnosisFacts> = {}) =>
    alone(factsOf({ action, prefix: prefixes[0] ?? '', prefixes, failure: because(action), ...more })).remedy
      ?.statement;
  expect(statementOf('s3:PutObject', ['a/', 'b/'])).toEqual({
    Effect: 'Allow',
    Action: ['s3:PutObject', 's3:GetObject', 's3:DeleteObject'],
    Resource: ['arn:aws:s3:::my-bucket/a/*', 'arn:aws:s3:::my-bucket/b/*'],
  });
  expect(statementOf('s3:ListBucket', [])).toMatchObject({ Resource: 'arn:aws:s3:::my-bucket' });
  expect(statementOf('s3:ListBucket', ['a/'])).toMatchObject({
    Resource: 'arn:aws:s3:::my-bucket',
    Condition: { StringLike: { 's3:prefix': 'a/*' } },
  });
  expect(statementOf('s3:GetObject', ['a/'], { access: 'full' })).toEqual({
    Effect: 'Allow',
    Action: 's3:GetObject',
    Resource: 'arn:aws:s3:::my-bucket/a/*',
  });
});

test('the command that is proposed has the whole grant, quoted for a shell', () => {
  const facts = factsOf({
    id: 'denied:s3:ListAllMyBuckets',
    expect: 'deny',
    result: 'allow',
    action: 's3:ListAllMyBuckets',
    prefixes: ["Client's/", 'b/'],
  });
  expect(alone(facts).remedy?.command).toBe(
    "channelmix-s3 policy minimal --bucket my-bucket --prefix 'Client'\\''s/' --prefix b/",
  );
});

test('checks for which one row speaks share cause and fix, with all actions, and have statements of their own', () => {
  const facts = (['s3:GetObject', 's3:ListBucket'] as const).map((action) =>
    factsOf({
      id: action === 's3:GetObject' ? 'get-object' : 'list-bucket',
      action,
      failure: because(action),
      waited: { times: 1, ms: action === 's3:GetObject' ? 10 : 900 },
    }),
  );
  const [get, list] = diagnose(facts);
  expect(get?.cause).toContain('allows s3:GetObject, s3:ListBucket');
  expect(get?.cause).toContain('over 0.9 s');
  expect([list?.cause, list?.fix]).toEqual([get?.cause, get?.fix]);
  expect(get?.remedy?.statement?.Action).toContain('s3:GetObject');
  expect(list?.remedy?.statement?.Action).toBe('s3:ListBucket');
});

const remedyText = ([, changes]: (typeof CASES)[number]) => JSON.stringify(alone(factsOf(changes)).remedy ?? {});

test('no remedy denies anything to anybody, and single statements have no Sid', () => {
  for (const row of CASES) {
    expect(remedyText(row)).not.toContain('"Deny"');
    expect(JSON.stringify(alone(factsOf(row[1])).remedy?.statement ?? {})).not.toContain('"Sid"');
  }
});

test('no row whose cause is a statement that denies proposes an allow', () => {
  const explicit = CASES.filter(([, { failure }]) => failure?.denial?.explicit === true);
  expect(explicit.length).toBeGreaterThan(5);
  for (const row of explicit) expect(remedyText(row)).not.toContain('"Allow"');
});

test('more than was granted may be meant: for the whole bucket, or with full access', () => {
  const wide = (action: string, prefixes: string[]) =>
    alone(factsOf({ id: `denied:${action}`, action, expect: 'deny', result: 'allow', prefixes })).fix;
  expect(wide('s3:ListBucket', ['a/'])).toContain('verify without --prefix');
  expect(wide('s3:ListAllMyBuckets', ['a/'])).toContain('verify with --access full');
  expect(wide('s3:ListAllMyBuckets', [])).toContain('verify with --access full');
});

test('a bucket policy that denies gets a condition, with what to do where it cannot simply be added', () => {
  const { remedy, fix } = alone(
    factsOf({ failure: refusal(text('s3:PutObject', ' with an explicit deny in a resource-based policy')) }),
  );
  expect(remedy).toEqual({
    policy: 'bucket',
    condition: { ArnNotEquals: { 'aws:PrincipalArn': factsOf().principalArn } },
  });
  expect(fix).toMatch(/has ArnNotEquals with aws:PrincipalArn already, add the ARN/);
  expect(fix).toMatch(/as its Principal, remove it there/);
});

test('a caller that is no root user may be to blame for a refused AssumeRole, and is named', () => {
  const assume = factsOf({
    id: 'assume-role',
    action: 'sts:AssumeRole',
    failure: refusal(text('sts:AssumeRole', '', factsOf().principalArn)),
  });
  expect(alone(assume).cause).toMatch(/user\/support\) may lack sts:AssumeRole themselves/);
  expect(alone({ ...assume, callerArn: 'arn:aws:iam::031871504755:root' }).cause).not.toContain('may lack');
  expect(alone(assume).remedy).toMatchObject({
    policy: 'trust',
    document: { Version: '2012-10-17' },
    command: 'channelmix-s3 policy trust',
  });
});

describe('a role that may neither put nor get', () => {
  const get = (prefix: string) =>
    ({ id: 'get-object', action: 's3:GetObject', prefix, result: 'deny', failure: because('s3:GetObject') }) as const;
  const fixOf = (prefix: string, peer: string) =>
    alone(
      factsOf({
        prefix,
        prefixes: prefix === '' ? [] : [prefix],
        failure: because('s3:PutObject'),
        peers: [get(peer)],
      }),
    ).fix;

  test('may be meant for a folder, which is said before anything is widened', () => {
    expect(fixOf('', '')).toMatch(/^If access is meant for one folder only, verify with --prefix FOLDER\//);
  });
  test('may be meant for another folder than the one that was named', () => {
    expect(fixOf('a/', 'a/')).toMatch(/^Compare a\/ letter by letter/);
  });
  test('of full access is not meant for a folder', () => {
    const facts = factsOf({ access: 'full', failure: because('s3:PutObject'), peers: [get('')] });
    expect(alone(facts).fix).not.toContain('--prefix');
  });
  test('of which another folder says nothing', () => {
    expect(fixOf('a/', 'b/')).not.toContain('Compare');
  });
});

test('the key of another account is allowed in its key policy first, then as the kit does', () => {
  const key = 'arn:aws:kms:eu-west-1:444455556666:key/11112222-3333-4444-5555-666677778888';
  const { remedy, cause } = alone(factsOf({ id: 'put-object-kms', kmsKeyArn: key, failure: refusal('Access Denied') }));
  expect(cause).toContain('belongs to another account');
  expect(remedy).toMatchObject({
    policy: 'key',
    statement: { Principal: { AWS: factsOf().principalArn } },
    also: {
      policy: 'identity',
      statement: { Resource: key, Condition: { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } } },
    },
  });
});

describe('the answer for a whole policy', () => {
  const whole = (changes: Partial<DiagnosisFacts>, versions = false) => {
    const facts = factsOf({ failure: because('s3:PutObject'), ...changes });
    return grantRemedies([{ facts, diagnosis: alone(facts) }], versions);
  };
  const written = (changes: Partial<DiagnosisFacts>, versions = false) => JSON.stringify(whole(changes, versions));

  test('of the role is the one that the kit prints, with what was not even tried', () => {
    const prefixes = ['a/', 'b/'];
    const [identity, none] = whole({ prefixes, prefix: 'a/' });
    expect(none).toBeUndefined();
    expect(identity?.document).toEqual(
      identityPolicy({
        access: 'minimal',
        partition: 'aws',
        buckets: [{ name: 'my-bucket', create: false, prefixes }],
      }),
    );
    expect(identity?.command).toBe('channelmix-s3 policy minimal --bucket my-bucket --prefix a/ --prefix b/');
  });
  test('has a key that AWS named, and the removal of versions that were met', () => {
    const arn = 'arn:aws:kms:us-east-1:111122223333:key/11112222-3333-4444-5555-666677778888';
    const named = refusal(text('kms:Decrypt', ' because no identity-based policy allows the kms:Decrypt action', arn));
    expect(written({ failure: named })).toContain(`--kms-key ${arn}`);
    expect(written({}, true)).toContain('s3:DeleteObjectVersion');
    expect(written({})).not.toContain('s3:DeleteObjectVersion');
  });
  test('is not whole where a key is refused that nobody names: it would take away what is there for it', () => {
    const failure = refusal(text('kms:GenerateDataKey', ' because the resource does not exist in this Region', 'this'));
    expect(whole({ failure })).toEqual([]);
    const { remedy } = alone(factsOf({ failure }));
    expect(remedy?.also?.statement?.Resource).toBe('ARN-OF-THE-KEY');
  });
  test('of full access is the managed policy', () => {
    expect(whole({ access: 'full', prefixes: ['a/'] })).toEqual([
      {
        policy: 'identity',
        attach: 'arn:aws:iam::aws:policy/AmazonS3FullAccess',
        command: 'channelmix-s3 policy full --bucket my-bucket',
      },
    ]);
  });
  test('of the bucket names the role and has neither Sids nor keys', () => {
    const remedies = whole({ owner: 'other-account', failure: refusal('Access Denied') });
    expect(remedies.map(({ policy }) => policy)).toEqual(['bucket', 'identity']);
    const bucket = JSON.stringify(remedies[0]);
    expect(bucket).toContain('s3:DeleteObject');
    expect(bucket).toContain(`"Principal":{"AWS":"${factsOf().principalArn}"}`);
    expect(bucket).not.toMatch(/Sid|kms:/);
  });
  test('of the boundary has all that the grant needs, of a refusal by a boundary', () => {
    const remedies = whole({ failure: because('s3:PutObject', 'permissions boundary') });
    expect(remedies.map(({ policy }) => policy)).toEqual(['boundary']);
    expect(JSON.stringify(remedies)).toContain('s3:DeleteObject');
  });
  test('is not needed where something denies', () => {
    const failure = refusal(text('s3:PutObject', ' with an explicit deny in an identity-based policy'));
    expect(whole({ failure })).toEqual([]);
  });
});
