import { defineRule } from '../define-rule.ts';
import { allow } from '../facts/example-text.ts';
import { s3Guide } from '../facts/pages.ts';
import { hasPlaceholder } from '../facts/placeholders.ts';
import { readS3Pattern } from '../facts/resources.ts';
import { withoutVariables } from '../facts/variables.ts';

type Message = 'legacy' | 'characters' | 'length' | 'edges' | 'address' | 'none';

/** What is wrong with a bucket's name, which may hold wildcards. */
function fault(name: string): Message | undefined {
  if (name === '') return 'none';
  if (!/^[\w.*?-]+$/.test(name)) return 'characters';
  const wild = /[*?]/.test(name);
  if (/[A-Z_]/.test(name)) return 'legacy';
  if (!wild && (name.length < 3 || name.length > 63)) return 'length';
  if (/^[.-]|[.-]$|\.\./.test(name)) return 'edges';
  return /^\d+\.\d+\.\d+\.\d+$/.test(name) ? 'address' : undefined;
}

export const badBucketName = defineRule({
  id: 'bad-bucket-name',
  severity: 'error',
  audience: 'any',
  docs: s3Guide('bucketnamingrules.html'),
  title: 'The bucket can exist',
  why: 'The name of a bucket has 3 to 63 characters: lower-case letters, digits, dots and hyphens; it begins and ends with a letter or digit. A resource with any other name matches nothing.',
  messages: {
    none: 'The ARN names no bucket.',
    characters: 'A bucket cannot be named "{bucket}": names have lower-case letters, digits, dots and hyphens.',
    legacy: '"{bucket}" has capitals or underscores: only buckets of before March 2018 in us-east-1 have such names.',
    length: 'A bucket cannot be named "{bucket}": names have 3 to 63 characters.',
    edges:
      'A bucket cannot be named "{bucket}": names begin and end with a letter or digit, and no two dots follow each other.',
    address: 'A bucket cannot be named "{bucket}": a name must not look like an IP address.',
  },
  *check({ statements }) {
    for (const { resources } of statements) {
      for (const { values } of resources) {
        for (const node of values) {
          if (hasPlaceholder(node.value)) continue;
          const bucket = readS3Pattern(withoutVariables(node.value))?.bucket;
          const message = bucket === undefined ? undefined : fault(bucket);
          if (bucket === undefined || message === undefined) continue;
          yield { node, message, data: { bucket }, ...(message === 'legacy' ? { severity: 'warning' } : {}) };
        }
      }
    }
  },
  examples: {
    bad: [
      { text: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::Acme_Reports/*"') },
      { text: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme reports/*"') },
      { text: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::-acme/*"') },
      { text: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::/acme-reports/*"') },
    ],
    good: [{ text: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme.reports-2/*"') }],
  },
});
