import { defineRule } from '../define-rule.ts';
import { allow } from '../facts/example-text.ts';
import { policyCheck } from '../facts/pages.ts';
import { elements, wrongValues } from '../facts/shape.ts';

export const missingActionElement = defineRule({
  id: 'missing-action-element',
  severity: 'error',
  audience: 'any',
  docs: policyCheck('error-missing-action'),
  title: 'A statement names actions',
  why: 'A statement has Action or NotAction: a text, or a list of texts.',
  messages: {
    none: 'The statement has neither Action nor NotAction.',
    shape: 'An action is a text such as "s3:GetObject", not a {type}.',
  },
  *check({ statements }) {
    for (const { node } of statements) {
      const { found, misspelled } = elements(node, ['Action', 'NotAction']);
      if (found.length === 0 && !misspelled) yield { node, message: 'none' };
      for (const { value } of found) {
        for (const wrong of wrongValues(value)) yield { node: wrong, message: 'shape', data: { type: wrong.type } };
      }
    }
  },
  examples: {
    bad: [
      { text: allow('"Resource": "arn:aws:s3:::acme-reports/*"') },
      { text: allow('"Action": {"s3": "GetObject"}, "Resource": "arn:aws:s3:::acme-reports/*"') },
    ],
    good: [{ text: allow('"Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::acme-reports/*"') }],
  },
});
