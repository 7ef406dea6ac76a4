import { expect, test } from 'vitest';
import { DIAGNOSIS_RULES, diagnose } from '../../src/diagnose/index.ts';
import { CASES, factsOf, refusal, text } from './cases.ts';

test.each(CASES)('%s speaks for what it is for', (rule, changes, layer, evidence) => {
  const facts = factsOf(changes);
  expect(DIAGNOSIS_RULES.find(({ when }) => when(facts))?.id).toBe(rule);
  const diagnosis = diagnose(facts);
  expect(diagnosis).toMatchObject({ layer, evidence });
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
  const peer = { id: 'get-object', action: 's3:GetObject', result: 'deny', failure: named } as const;
  expect(diagnose({ ...head, peers: [peer] })).toMatchObject({ layer: 'bucket-policy', evidence: 'aws' });
  expect(diagnose({ ...head, peers: [{ ...peer, action: 's3:ListBucket' }] }).evidence).toBe('inferred');
});

test('what was waited for is said', () => {
  const diagnosis = diagnose(factsOf({ failure: refusal('Access Denied'), waited: { times: 9, ms: 12_340 } }));
  expect(diagnosis.cause).toContain('Retried 9 times over 12.3 s');
});

test('the statement that is proposed is the one that is missing', () => {
  const because = (action: string) => text(action, ` because no identity-based policy allows the ${action} action`);
  const statementOf = (action: string, prefix: string) =>
    diagnose(factsOf({ action, prefix, failure: refusal(because(action)) })).remedy?.statement;
  expect(statementOf('s3:PutObject', 'a/')).toEqual({
    Sid: 'ChannelMixPutObject',
    Effect: 'Allow',
    Action: 's3:PutObject',
    Resource: 'arn:aws:s3:::my-bucket/a/*',
  });
  expect(statementOf('s3:ListBucket', '')).toMatchObject({ Resource: 'arn:aws:s3:::my-bucket' });
  expect(statementOf('s3:ListBucket', 'a/')).toMatchObject({
    Resource: 'arn:aws:s3:::my-bucket',
    Condition: { StringLike: { 's3:prefix': 'a/*' } },
  });
});

test('the command that is proposed has the whole grant, quoted for a shell', () => {
  const facts = factsOf({
    expect: 'deny',
    result: 'allow',
    action: 's3:ListAllMyBuckets',
    prefixes: ["Client's/", 'b/'],
  });
  expect(diagnose(facts).remedy?.command).toBe(
    "channelmix-s3 policy minimal --bucket my-bucket --prefix 'Client'\\''s/' --prefix b/",
  );
});
