import { defineRule } from '../define-rule.ts';
import { allow } from '../facts/example-text.ts';
import { s3Guide } from '../facts/pages.ts';
import { readS3Pattern } from '../facts/resources.ts';

export const prefixWithoutStar = defineRule({
  id: 'prefix-without-star',
  severity: 'warning',
  audience: 'any',
  docs: s3Guide('security_iam_service-with-iam.html'),
  title: 'A folder ends in a star',
  why: 'arn:aws:s3:::bucket/reports/ names one object, the empty one that the console makes for a folder. The objects in it are arn:aws:s3:::bucket/reports/*.',
  messages: { found: '{value} names the folder alone, not what is in it: {meant}.' },
  *check({ statements }) {
    for (const { resources } of statements) {
      for (const { name, values, negated } of resources) {
        for (const node of values) {
          const key = readS3Pattern(node.value)?.key;
          if (key === undefined || (key !== '' && !key.endsWith('/'))) continue;
          const meant = `${node.value}*`;
          const hit = { node, message: 'found' as const, data: { value: node.value, meant } };
          // Behind the bucket's name the bucket itself may be meant.
          if (negated || key === '') yield hit;
          else if (values.some(({ value }) => value === meant)) yield { ...hit, severity: 'suggestion' };
          else {
            yield {
              ...hit,
              fix: {
                explanation: `${node.value} becomes ${meant}: ${name} is the objects of the folder, not the folder's name.`,
                meant: `the actions of the statement on the objects ${meant}`,
                edits: [{ op: 'replace', node, value: meant }],
              },
            };
          }
        }
      }
    }
  },
  examples: {
    bad: [
      {
        text: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/2024/"'),
        fixed: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/2024/*"'),
      },
    ],
    good: [{ text: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/2024/*"') }],
  },
});
