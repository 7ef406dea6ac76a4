import { describe, expect, it } from 'vitest';
import { auditRules } from '../../src/audit/index.ts';
import { readGrant } from '../../src/documents/read-grant.ts';
import { SERVICES } from '../../src/operations/catalogue.ts';
import grants from '../cases/grants.json' with { type: 'json' };
import {
  auditOf,
  BUCKET_ARN,
  deployed,
  documentsWith,
  expectedOf,
  GRANT,
  keyOf,
  OTHER_ACCOUNT,
  policy,
  unread,
} from './documents.ts';
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

describe('a statement that is to blame', () => {
  it('is one that was read', () => {
    const arn = `arn:aws:kms:eu-west-1:${OTHER_ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
    const key = { ...keyOf(arn), policy: unread(`the policy of key ${arn}`, 'kms:GetKeyPolicy', 'not-asked') };
    const documents = documentsWith({ allow: [allow('kms:Decrypt', arn)], documents: { keys: [key] } });
    const { findings } = auditOf(documents, { rules: auditRules.filter(({ id }) => id === 'other-keys') });
    expect(findings.map(({ statement }) => statement)).toEqual([{ policy: 'more', index: 0 }]);
  });

  it('is one that is in force', () => {
    const documents = documentsWith({
      allow: [
        allow('s3:GetObject', '*', { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }),
        allow('s3:GetObject', 'arn:aws:s3:::acme-raw*'),
        allow('s3:GetObject', 'arn:aws:s3:::acme-raw-*'),
      ],
    });
    const { findings } = auditOf(documents, { rules: auditRules.filter(({ id }) => id === 'outside-bucket') });
    expect(findings.map(({ statement }) => statement)).toEqual([{ policy: 'more', index: 1 }]);
  });
});

describe('whatever more of S3 is allowed', () => {
  const rules = auditRules.filter(({ question }) => question === 'excess');
  const actions = [...(SERVICES.get('s3')?.actions.values() ?? [])].map(({ action }) => action);
  const resources = [BUCKET_ARN, 'arn:aws:s3:::acme-*', 'arn:aws:s3:*:*:*', 'arn:aws:s3:*:*:accesspoint/*'];
  const folder = { ...GRANT, buckets: [{ name: 'acme-reports', create: true, prefixes: ['in/'] }] };
  const grants = [GRANT, folder];

  it.each(resources)('is found, each action by itself: %s', { timeout: 60_000 }, (resource) => {
    const silent = grants.flatMap((grant) =>
      actions.filter((action) => {
        const Condition = { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } };
        const documents = documentsWith({ allow: [allow(action, resource, { Condition })] }, grant);
        const { matrix, findings } = auditOf(documents, { rules, expected: expectedOf(grant) });
        return matrix.some(({ excess }) => excess.length > 0) && findings.length === 0;
      }),
    );
    expect(silent).toEqual([]);
  });
});

it('judges no bucket that was not asked for, and says so', () => {
  const { findings } = auditOf(documentsWith(), { expected: { access: 'minimal', buckets: [], from: 'inferred' } });
  expect(findings.filter(({ question }) => question === 'needs').map(({ ruleId }) => ruleId)).toEqual([
    'no-bucket-known',
  ]);
});
