import { defineRule } from '../define-rule.ts';
import { allow } from '../facts/example-text.ts';
import { s3Guide } from '../facts/pages.ts';
import { readS3Pattern } from '../facts/resources.ts';

export const doubleSlash = defineRule({
  id: 'double-slash',
  severity: 'warning',
  audience: 'any',
  docs: s3Guide('object-keys.html'),
  title: 'Keys have single slashes',
  why: 'To S3 two slashes are a folder without a name: bucket//data/* does not match the object data/a.csv. Such a pattern comes of joining a name that ends in a slash with one that begins with it.',
  messages: { found: '{value} has two slashes: it matches only keys that have them, too.' },
  *check({ statements }) {
    for (const { resources } of statements) {
      for (const { values } of resources) {
        for (const node of values) {
          const key = readS3Pattern(node.value)?.key;
          if (key === undefined || !(key.startsWith('/') || key.includes('//'))) continue;
          yield { node, message: 'found', data: { value: node.value } };
        }
      }
    }
  },
  examples: {
    bad: [
      { text: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports//*"') },
      { text: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/a//b/*"') },
    ],
    good: [{ text: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/a/b/*"') }],
  },
});
