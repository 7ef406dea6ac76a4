import { defineRule } from '../define-rule.ts';
import { allow } from '../facts/example-text.ts';
import { policyCheck } from '../facts/pages.ts';
import { elements, wrongValues } from '../facts/shape.ts';

export const missingResource = defineRule({
  id: 'missing-resource',
  severity: 'error',
  audience: 'any',
  kinds: ['identity', 'bucket'],
  docs: policyCheck('error-missing-resource'),
  title: 'A statement names resources',
  why: 'A statement of an identity or bucket policy has Resource or NotResource: an ARN, a list of ARNs, or "*".',
  messages: {
    none: 'The statement has neither Resource nor NotResource.',
    shape: 'A resource is a text such as "arn:aws:s3:::bucket/*", not a {type}.',
  },
  *check({ statements }) {
    for (const { node } of statements) {
      const { found, misspelled } = elements(node, ['Resource', 'NotResource']);
      if (found.length === 0 && !misspelled) yield { node, message: 'none' };
      for (const { value } of found) {
        for (const wrong of wrongValues(value)) yield { node: wrong, message: 'shape', data: { type: wrong.type } };
      }
    }
  },
  examples: {
    bad: [{ text: allow('"Action": "s3:GetObject"') }],
    good: [{ text: allow('"Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::acme-reports/*"') }],
  },
});
