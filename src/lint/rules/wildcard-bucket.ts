import { defineRule } from '../define-rule.ts';
import { statementActions } from '../facts/actions.ts';
import { allow } from '../facts/example-text.ts';
import { s3Guide } from '../facts/pages.ts';
import { readS3Pattern } from '../facts/resources.ts';

export const wildcardBucket = defineRule({
  id: 'wildcard-bucket',
  severity: 'warning',
  audience: 'any',
  docs: s3Guide('security-best-practices.html'),
  title: 'The bucket is named in full',
  why: 'A star in the name of the bucket takes in every bucket whose name begins so, also those of tomorrow and those of other accounts that let this one in.',
  messages: {
    all: '{value} is every bucket: name the one that is meant.',
    some: '{value} is every bucket whose name fits {bucket}: name the one that is meant.',
  },
  *check(context) {
    if (context.options.audience === 'channelmix' && context.options.access === 'full') return;
    for (const statement of context.statements) {
      if (statement.effect !== 'Allow') continue;
      const onBuckets = statementActions(context, statement).some(
        ({ service, resources }) => service === 's3' && (resources.includes('bucket') || resources.includes('object')),
      );
      if (!onBuckets) continue;
      for (const { negated, values } of statement.resources) {
        if (negated) continue;
        for (const node of values) {
          const bucket = node.value === '*' ? '*' : readS3Pattern(node.value)?.bucket;
          if (bucket === undefined || !/[*?]/.test(bucket.replace(/\$\{[*?$]\}/g, ''))) continue;
          yield {
            node,
            message: /^[*?]+$/.test(bucket) ? 'all' : 'some',
            data: { value: node.value, bucket },
          };
        }
      }
    }
  },
  examples: {
    bad: [
      { text: allow('"Action": "s3:GetObject", "Resource": "*"') },
      { text: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-*/*"') },
    ],
    good: [
      { text: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"') },
      { text: allow('"Action": "s3:ListAllMyBuckets", "Resource": "*"') },
    ],
  },
});
