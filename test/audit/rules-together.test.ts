import { describe, expect, it } from 'vitest';
import { auditRules } from '../../src/audit/index.ts';
import { readGrant } from '../../src/documents/read-grant.ts';
import grants from '../cases/grants.json' with { type: 'json' };
import { auditOf, BUCKET_ARN, deployed, documentsWith, expectedOf, policy } from './documents.ts';
import { allow } from './rule-cases.ts';

describe('a grant as the kit deploys it', () => {
  const questions = ['needs', 'excess', 'who-else', 'blocks', 'documents'];
  const rules = auditRules.filter(({ question }) => questions.includes(question));
  // Full access cannot be limited to folders.
  const isWhole = (input: object) => !('prefix' in input);
  const ways = (['minimal', 'extended', 'full'] as const).flatMap((access) =>
    grants.accepted
      .filter(({ input }) => access !== 'full' || isWhole(input))
      .map(({ name, input }) => ({ name: `${name}, ${access}`, input: { ...input, access } })),
  );

  it.each(ways)('has no finding: $name', ({ input }) => {
    const grant = readGrant(input, { name: 'the test' });
    const { findings, unjudged } = auditOf(deployed(grant), { rules, expected: expectedOf(grant) });
    const partition = findings.filter(({ ruleId }) => ruleId !== 'wrong-partition');
    expect(partition.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
    expect(unjudged).toEqual([]);
  });
});

describe('findings', () => {
  it('tells of an administrator in few findings, each about something else', () => {
    const rules = auditRules.filter(({ question }) => question === 'excess');
    const { findings } = auditOf(
      documentsWith({ principal: { identity: { read: [policy([allow('*')])], unreadable: [] } } }),
      { rules },
    );
    expect(findings.length).toBeLessThanOrEqual(16);
    expect(findings.length).toBeGreaterThan(10);
    expect(new Set(findings.map(({ message }) => message)).size).toBe(findings.length);
  });

  it('gives a finding the same id when something else is added', () => {
    const rules = auditRules.filter(({ id }) => id === 'permission-change');
    const one = auditOf(documentsWith({ allow: [allow('s3:PutBucketPolicy', BUCKET_ARN)] }), { rules });
    const two = auditOf(documentsWith({ allow: [allow(['s3:PutBucketAcl', 's3:PutBucketPolicy'], BUCKET_ARN)] }), {
      rules,
    });
    expect(two.findings.map(({ id }) => id)).toEqual(one.findings.map(({ id }) => id));
  });
});

it('judges no bucket that was not asked for, and says so', () => {
  const { findings } = auditOf(documentsWith(), { expected: { access: 'minimal', buckets: [], from: 'inferred' } });
  expect(findings.filter(({ question }) => question === 'needs').map(({ ruleId }) => ruleId)).toEqual([
    'no-bucket-known',
  ]);
});
