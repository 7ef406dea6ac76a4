// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like this
import { describe, expect, it } from 'vitest';
import { explainMatrix, type Subject } from '../../src/evaluate/matrix/index.ts';
import type { MatrixCell } from '../../src/model/matrix.ts';
import type { JsonValue } from '../../src/model/policy.ts';
import { BUCKET, document, EVERYTHING, ROLE, SESSION } from './matrix-support.ts';

function statement(
  Action: JsonValue,
  Resource: JsonValue,
  more: { readonly [key: string]: JsonValue } = {},
): JsonValue {
  return { Effect: 'Allow', Action, Resource, ...more };
}

function subject(...statements: readonly JsonValue[]): Subject {
  return { principal: SESSION, identity: [document(...statements)] };
}

function cell(cells: readonly MatrixCell[], action: string, resource: string): MatrixCell {
  const found = cells.find((one) => one.action === action && one.resource === resource);
  if (found === undefined) throw new Error(`no cell for ${action} on ${resource}`);
  return found;
}

describe('the matrix', () => {
  it('answers with patterns: some objects, under a prefix', () => {
    const cells = explainMatrix(subject(statement('s3:GetObject', `${BUCKET}/Client123/*`)));
    expect(cell(cells, 's3:GetObject', `${BUCKET}/*`)).toMatchObject({
      decision: 'some',
      parts: [{ resources: [`${BUCKET}/Client123/*`], decision: 'allow' }],
    });
    expect(cell(cells, 's3:PutObject', `${BUCKET}/*`)).toMatchObject({ decision: 'deny', parts: [] });
  });

  it('intersects patterns that overlap', () => {
    const boundary = document(statement('*', `${BUCKET}/*.csv`));
    const cells = explainMatrix({ ...subject(statement('s3:GetObject', `${BUCKET}/2024*`)), boundary });
    expect(cell(cells, 's3:GetObject', `${BUCKET}/*`).parts).toEqual([
      { resources: [`${BUCKET}/2024*.csv`], decision: 'allow' },
    ]);
  });

  it('leaves out what a Deny takes away', () => {
    const cells = explainMatrix(
      subject(statement('s3:*', '*'), statement('s3:DeleteObject', `${BUCKET}/keep/*`, { Effect: 'Deny' })),
    );
    expect(cell(cells, 's3:DeleteObject', `${BUCKET}/*`)).toMatchObject({
      decision: 'some',
      parts: [{ resources: [`${BUCKET}/*`], except: [`${BUCKET}/keep/*`], decision: 'allow' }],
    });
    expect(cell(cells, 's3:GetObject', `${BUCKET}/*`)).toMatchObject({ decision: 'allow' });
  });

  it('names the conditions that an answer depends on', () => {
    const Condition = { StringLike: { 's3:prefix': ['a/*', 'b/*'] } };
    const cells = explainMatrix(subject(statement('s3:ListBucket', BUCKET, { Sid: 'List', Condition })));
    expect(cell(cells, 's3:ListBucket', BUCKET)).toMatchObject({
      decision: 'conditional',
      parts: [{ conditions: ['if StringLike s3:prefix a/* or b/* (policy, statement List)'] }],
    });
  });

  it('answers conditions whose key is known', () => {
    const bucketPolicies = [
      document(
        statement('s3:*', [BUCKET, `${BUCKET}/*`], {
          Effect: 'Deny',
          Principal: '*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      ),
    ];
    const given = { ...subject(statement('s3:GetObject', `${BUCKET}/*`)), bucketPolicies };
    expect(cell(explainMatrix(given), 's3:GetObject', `${BUCKET}/*`)).toMatchObject({ decision: 'conditional' });
    const secure = explainMatrix({ ...given, context: { 'aws:SecureTransport': 'true' } });
    expect(cell(secure, 's3:GetObject', `${BUCKET}/*`)).toMatchObject({ decision: 'allow' });
  });

  it('says that the policies of keys and roles have a say too', () => {
    const key = 'arn:aws:kms:us-east-1:111122223333:key/1234';
    const cells = explainMatrix(subject(statement('kms:Decrypt', key), statement('sts:AssumeRole', ROLE)));
    expect(cell(cells, 'kms:Decrypt', key).parts[0]?.conditions).toEqual(["the key's policy must allow it too"]);
    expect(cell(cells, 'sts:AssumeRole', ROLE).parts[0]?.conditions).toEqual([
      "the role's trust policy must allow it too",
    ]);
    expect(cell(cells, 'kms:Encrypt', key).decision).toBe('deny');
  });

  it('is limited by each level of SCPs, by RCPs and by session policies', () => {
    const given = subject(statement('s3:*', `${BUCKET}/*`));
    const full = document(...EVERYTHING);
    const one = (more: Partial<Subject>) => cell(explainMatrix({ ...given, ...more }), 's3:GetObject', `${BUCKET}/*`);
    const reads = document(statement('s3:Get*', `${BUCKET}/a/*`));
    const denies = document({ Effect: 'Deny', Principal: '*', Action: '*', Resource: `${BUCKET}/a/*` });
    expect(one({ scps: [[full], [full]], rcps: [], session: [full] })).toMatchObject({ decision: 'allow' });
    expect(one({ scps: [[full], []] })).toMatchObject({ decision: 'deny', layer: 'scp' });
    expect(one({ scps: [[full], [reads]] })).toMatchObject({
      decision: 'some',
      parts: [{ resources: [`${BUCKET}/a/*`], decision: 'allow' }],
    });
    expect(one({ session: [reads] })).toMatchObject({ decision: 'some', parts: [{ resources: [`${BUCKET}/a/*`] }] });
    expect(one({ rcps: [denies] })).toMatchObject({
      decision: 'some',
      parts: [{ resources: [`${BUCKET}/*`], except: [`${BUCKET}/a/*`] }],
    });
  });

  it('names the conditions of SCPs and RCPs, too', () => {
    const unlessOrg = { Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } } };
    const rule = { Effect: 'Deny', Action: '*', Resource: '*', ...unlessOrg };
    const scp = { name: 'scp', document: document(...EVERYTHING, rule).document };
    const rcp = { name: 'rcp', document: document({ ...rule, Principal: '*' }).document };
    const given = subject(statement(['s3:GetObject', 'kms:RetireGrant'], '*'));
    const cells = explainMatrix({ ...given, scps: [[scp]], rcps: [rcp] });
    const conditions = (action: string, resource: string) => cell(cells, action, resource).parts[0]?.conditions;
    const why = 'unless StringNotEquals aws:PrincipalOrgID o-1';
    expect(conditions('s3:GetObject', 'arn:aws:s3:::*/*')).toEqual([
      `${why} (rcp, statement 0)`,
      `${why} (scp, statement 1)`,
    ]);
    // RCPs never keep anyone from retiring a grant.
    expect(conditions('kms:RetireGrant', 'arn:aws:kms:*:*:key/*')).toEqual([
      "the key's policy must allow it too",
      `${why} (scp, statement 1)`,
    ]);
    const alone = explainMatrix({ ...given, rcps: [rcp] });
    expect(cell(alone, 's3:GetObject', 'arn:aws:s3:::*/*')).toMatchObject({ decision: 'conditional' });
  });

  it('does not take objects for buckets', () => {
    const cells = explainMatrix(subject(statement('s3:*', 'arn:aws:s3:::bucket*')));
    expect(cell(cells, 's3:ListBucket', 'arn:aws:s3:::bucket*')).toMatchObject({ decision: 'allow' });
    expect(cell(cells, 's3:GetObject', 'arn:aws:s3:::bucket*/*')).toMatchObject({ decision: 'allow' });
    const objects = explainMatrix(subject(statement('s3:*', `${BUCKET}/*`)));
    expect(cell(objects, 's3:ListBucket', BUCKET)).toMatchObject({ decision: 'deny' });
  });

  it('fills in variables of the caller, and leaves those that are not known open', () => {
    const user = {
      ...subject(statement('s3:GetObject', `${BUCKET}/\${aws:username}/*`)),
      principal: 'arn:aws:iam::111122223333:user/al*ce',
    };
    expect(cell(explainMatrix(user), 's3:GetObject', `${BUCKET}/*`).parts).toEqual([
      { resources: [`${BUCKET}/al\${*}ce/*`], decision: 'allow' },
    ]);
    expect(cell(explainMatrix({ ...user, principal: SESSION }), 's3:GetObject', `${BUCKET}/*`).parts).toEqual([]);
    const tag = subject(statement('s3:GetObject', `${BUCKET}/\${aws:PrincipalTag/team}/*`));
    expect(cell(explainMatrix(tag), 's3:GetObject', `${BUCKET}/*`).parts).toEqual([
      {
        resources: [`${BUCKET}/*/*`],
        decision: 'conditional',
        conditions: ['if the value of ${aws:principaltag/team} (policy, statement 0)'],
      },
    ]);
  });

  it('leaves open whom a Principal means when the caller is not known', () => {
    const bucketPolicies = [document(statement('s3:GetObject', `${BUCKET}/*`, { Principal: { AWS: ROLE } }))];
    const cells = explainMatrix({ identity: [], bucketPolicies });
    expect(cell(cells, 's3:GetObject', `${BUCKET}/*`)).toMatchObject({ decision: 'conditional' });
    const known = explainMatrix({ identity: [], bucketPolicies, principal: SESSION });
    expect(cell(known, 's3:GetObject', `${BUCKET}/*`)).toMatchObject({ decision: 'allow', layer: 'resource' });
  });

  it('refuses patterns beyond telling apart, soon', () => {
    const patterns = Array.from(
      { length: 30 },
      (_, n) => `${BUCKET}/${`*${String.fromCharCode(97 + (n % 26))}?${n}`.repeat(20)}*`,
    );
    const start = process.cpuUsage();
    expect(() => explainMatrix(subject(statement('s3:GetObject', patterns)))).toThrow('too many wildcards');
    // Of this process alone: other work on the machine does not count.
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(5000);
  });
});
