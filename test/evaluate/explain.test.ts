import { describe, expect, it } from 'vitest';
import { compilePolicy, explainCase, explainDecision } from '../../src/evaluate/index.ts';
import type { EvaluationCase } from '../../src/model/decision.ts';
import type { JsonValue } from '../../src/model/policy.ts';

function explain(statement: { readonly [key: string]: JsonValue }, more: Partial<EvaluationCase> = {}) {
  return explainCase({
    request: {
      principal: 'arn:aws:sts::111122223333:assumed-role/app/run1',
      action: 's3:ListBucket',
      resource: 'arn:aws:s3:::bucket',
      context: { 's3:prefix': 'other/' },
    },
    identityPolicies: [{ Version: '2012-10-17', Statement: [statement] }],
    resourceAccount: '111122223333',
    ...more,
  }).nearMisses.map(({ layer, reason, detail }) => ({ layer, reason, detail }));
}

const ALLOW = { Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::bucket' };

describe('near misses of an implicit deny', () => {
  it('name the condition that did not hold', () => {
    expect(explain({ ...ALLOW, Condition: { StringLike: { 's3:prefix': 'client123/*' } } })).toEqual([
      { layer: 'identity', reason: 'condition', detail: 'StringLike s3:prefix' },
    ]);
  });

  it('name the resource that did not match, as where ListBucket is granted on the objects', () => {
    expect(explain({ ...ALLOW, Resource: 'arn:aws:s3:::bucket/*' })).toEqual([
      { layer: 'identity', reason: 'resource', detail: 'Resource arn:aws:s3:::bucket/*' },
    ]);
  });

  it('name the action that did not match', () => {
    expect(explain({ ...ALLOW, Action: ['s3:ListObjectsV2', 's3:GetObject'] })).toEqual([
      { layer: 'identity', reason: 'action', detail: 'Action s3:ListObjectsV2, s3:GetObject' },
    ]);
  });

  it('name the element that is not known', () => {
    expect(explain({ ...ALLOW, Condition: { StringMatches: { 's3:prefix': 'x' } } })).toEqual([
      { layer: 'identity', reason: 'unknown', detail: 'Condition operator "StringMatches"' },
    ]);
    expect(explain({ ...ALLOW, Resource: 'arn:aws:*:::bucket' })).toEqual([
      { layer: 'identity', reason: 'unknown', detail: 'Resource "arn:aws:*:::bucket"' },
    ]);
  });

  it('name the principal that did not match', () => {
    const resourcePolicy = {
      Version: '2012-10-17',
      Statement: [{ ...ALLOW, Principal: { AWS: 'arn:aws:iam::111122223333:role/*' } }],
    };
    expect(explain({ ...ALLOW, Action: 'ec2:*' }, { resourcePolicy })).toEqual([
      { layer: 'resource', reason: 'principal', detail: 'Principal AWS arn:aws:iam::111122223333:role/*' },
    ]);
  });

  it('name the layer: a boundary that allows another bucket', () => {
    const boundary = { Version: '2012-10-17', Statement: [{ ...ALLOW, Resource: 'arn:aws:s3:::other' }] };
    expect(explain(ALLOW, { boundary })).toEqual([
      { layer: 'boundary', reason: 'resource', detail: 'Resource arn:aws:s3:::other' },
    ]);
  });

  it('leave out statements that miss by two elements, and those of other services', () => {
    expect(explain({ ...ALLOW, Action: 's3:GetObject', Resource: 'arn:aws:s3:::bucket/*' })).toEqual([]);
    expect(explain({ ...ALLOW, Action: 'ec2:*' })).toEqual([]);
  });

  it('do not exist for what is allowed or explicitly denied', () => {
    expect(explain(ALLOW)).toEqual([]);
    expect(explain({ ...ALLOW, Effect: 'Deny' })).toEqual([]);
  });

  it('come with the likeliest first', () => {
    const Statement = [
      { ...ALLOW, Action: 's3:GetObject' },
      { ...ALLOW, Resource: 'arn:aws:s3:::bucket/*' },
      { ...ALLOW, Condition: { StringEquals: { 's3:prefix': '' } } },
    ];
    const identityPolicies = [{ Version: '2012-10-17', Statement }];
    expect(explain(ALLOW, { identityPolicies }).map(({ reason }) => reason)).toEqual([
      'condition',
      'resource',
      'action',
    ]);
  });

  it('carry the name that the caller gave to the policy', () => {
    const document = { Version: '2012-10-17', Statement: [{ ...ALLOW, Sid: 'List', Resource: 'arn:aws:s3:::other' }] };
    const identity = [compilePolicy(document, { name: 'channelmix-minimal', kind: 'identity' })];
    const request = {
      principal: 'arn:aws:iam::111122223333:user/alice',
      action: 's3:ListBucket',
      resource: 'arn:aws:s3:::bucket',
      context: {},
    };
    expect(explainDecision(request, { identity })).toEqual({
      decision: { decision: 'implicitDeny', layer: 'identity' },
      nearMisses: [
        {
          layer: 'identity',
          statement: { policy: 'channelmix-minimal', index: 0, sid: 'List' },
          reason: 'resource',
          detail: 'Resource arn:aws:s3:::other',
        },
      ],
    });
  });
});
