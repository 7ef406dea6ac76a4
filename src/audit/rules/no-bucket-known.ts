import { userGuide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';

export const noBucketKnown = defineRule({
  id: 'no-bucket-known',
  question: 'needs',
  severity: 'warning',
  title: 'It is known which bucket ChannelMix needs',
  why: 'Where nobody names a bucket, those that the policies name are taken for meant. Policies that name none, since they allow every bucket, do not say whether ChannelMix gets what it needs, and all that they allow counts as more than that.',
  docs: userGuide('best-practices.html#grant-least-privilege'),
  messages: {
    unknown: {
      message: 'Which bucket ChannelMix needs is not known: none was named, and the policies of {name} name none.',
      fix: 'Name it: --bucket NAME, or --config channelmix.yaml.',
    },
  },
  *check({ documents, expected }) {
    // Buckets above the limit of a reading; a pattern leaves nothing open, since `outside-bucket` tells of it.
    for (const why of documents.leftOut ?? []) if (why.kind === 'unknown') yield { blind: why };
    if (expected.buckets.length > 0) return;
    const { arn, name } = documents.principal;
    yield { message: 'unknown', data: { name }, about: arn };
  },
});
