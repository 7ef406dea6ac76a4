import { parse } from '@cdktn/hcl2json';
import { expect, it } from 'vitest';
import { comment, renderHcl } from '../../../src/generate/terraform/hcl.ts';
import { policyDocument } from '../../../src/generate/terraform/policy-document.ts';
import type { PolicyDocument } from '../../../src/model/policy.ts';

it('writes every element that a document can have', async () => {
  const document: PolicyDocument = {
    Version: '2008-10-17',
    Id: 'an-id',
    Statement: [
      {
        Sid: 'A',
        Effect: 'Allow',
        Principal: { AWS: ['arn:aws:iam::111122223333:root', '444455556666'], Service: 's3.amazonaws.com' },
        Action: ['s3:GetObject', 's3:PutObject'],
        Resource: 'arn:aws:s3:::my-bucket/*',
        Condition: { Bool: { 'aws:SecureTransport': true }, StringLike: { a: ['b*', 'c*'], 'd:e': 'f' } },
      },
      { Effect: 'Deny', NotPrincipal: '*', NotAction: 's3:*', NotResource: ['arn:aws:s3:::a', 'arn:aws:s3:::b'] },
    ],
  };
  const text = renderHcl(comment('A test.'), [policyDocument('x', document, (value) => value)]);
  expect((await parse('test.tf', text)).data.aws_iam_policy_document.x).toEqual([
    {
      policy_id: 'an-id',
      version: '2008-10-17',
      statement: [
        {
          sid: 'A',
          effect: 'Allow',
          actions: ['s3:GetObject', 's3:PutObject'],
          resources: ['arn:aws:s3:::my-bucket/*'],
          principals: [
            { type: 'AWS', identifiers: ['arn:aws:iam::111122223333:root', '444455556666'] },
            { type: 'Service', identifiers: ['s3.amazonaws.com'] },
          ],
          condition: [
            { test: 'Bool', variable: 'aws:SecureTransport', values: ['true'] },
            { test: 'StringLike', variable: 'a', values: ['b*', 'c*'] },
            { test: 'StringLike', variable: 'd:e', values: ['f'] },
          ],
        },
        {
          effect: 'Deny',
          not_actions: ['s3:*'],
          not_resources: ['arn:aws:s3:::a', 'arn:aws:s3:::b'],
          not_principals: [{ type: '*', identifiers: ['*'] }],
        },
      ],
    },
  ]);
});
