import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { evaluateCase } from '../../src/evaluate/index.ts';
import { fixText } from '../../src/lint/fix.ts';
import { lintText } from '../../src/lint/lint.ts';

const text = readFileSync(new URL('../fixtures/help-article-policy.txt', import.meta.url), 'utf8');
const path = 'help-article-policy.txt';

/** Each defect of the article's policy (design, section 1), and what is more than minimal access. */
const EXPECTED = [
  ['error', 'invalid-version', '/Version'],
  ['error', 'comment', ''],
  ['warning', 'over-privilege', '/Statement/0/Action/0'],
  ['suggestion', 'over-privilege', '/Statement/0/Action/1'],
  ['error', 'resource-mismatch', '/Statement/0/Action/2'],
  ['error', 'resource-mismatch', '/Statement/0/Action/3'],
  ['error', 'resource-mismatch', '/Statement/0/Action/4'],
  ['error', 'comment', ''],
  ['error', 'trailing-colon', '/Statement/0/Action/7'],
  ['error', 'placeholder', '/Statement/0/Resource/0'],
  ['error', 'placeholder', '/Statement/0/Resource/1'],
];

describe('the policy of the help article', () => {
  it('is found at fault for each of its defects, and for nothing else', () => {
    const found = lintText(text, { path }).map(({ severity, ruleId, pointer }) => [severity, ruleId, pointer]);
    expect(found).toEqual(EXPECTED);
  });

  it('has the same defects for any audience, without what ChannelMix needs', () => {
    const found = lintText(text, { path, audience: 'any' }).map(({ severity, ruleId, pointer }) => [
      severity,
      ruleId,
      pointer,
    ]);
    expect(found).toEqual(EXPECTED.filter(([, ruleId]) => ruleId !== 'over-privilege'));
  });

  it('becomes a correct one in one step, with every change explained', () => {
    const { text: fixed, changes, findings } = fixText(text, { path, buckets: ['acme-reports'] });
    expect(JSON.parse(fixed)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['s3:GetObject', 's3:ListBucket', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
          Resource: ['arn:aws:s3:::acme-reports', 'arn:aws:s3:::acme-reports/*'],
        },
      ],
    });
    expect(changes).toHaveLength(EXPECTED.length);
    for (const { explanation } of changes) expect(explanation.length).toBeGreaterThan(20);
    // Extended access: worth knowing, and no fault.
    expect(findings.map(({ severity, ruleId }) => [severity, ruleId])).toEqual([['suggestion', 'over-privilege']]);
    expect(fixText(fixed, { path, buckets: ['acme-reports'] }).text).toBe(fixed);
  });

  it('then allows what ChannelMix needs, in that bucket only', () => {
    const document = JSON.parse(fixText(text, { path, buckets: ['acme-reports'] }).text);
    const decide = (action: string, resource: string) =>
      evaluateCase({
        request: { principal: 'arn:aws:sts::111122223333:assumed-role/channelmix/job', action, resource },
        identityPolicies: [document],
      }).decision;
    for (const action of ['s3:GetObject', 's3:PutObject', 's3:DeleteObject']) {
      expect(decide(action, 'arn:aws:s3:::acme-reports/a/b.csv')).toBe('allow');
      expect(decide(action, 'arn:aws:s3:::acme-other/a/b.csv')).toBe('implicitDeny');
    }
    expect(decide('s3:ListBucket', 'arn:aws:s3:::acme-reports')).toBe('allow');
    expect(decide('s3:GetBucketPolicy', 'arn:aws:s3:::acme-reports')).toBe('implicitDeny');
  });
});
