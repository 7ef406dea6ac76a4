import { s3Guide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { excessHits } from '../facts/excess-groups.ts';

export const bucketDeletion = defineRule({
  id: 'bucket-deletion',
  question: 'excess',
  severity: 'security',
  title: 'ChannelMix cannot delete the bucket',
  why: 'An empty bucket that is deleted takes its settings and its policy with it, and its name can be taken by somebody else, to whom every report then goes.',
  docs: s3Guide('delete-bucket.html'),
  messages: {
    more: {
      message: '{name} can delete {where} ({actions}); with s3:DeleteObject it can empty it before.',
      fix: 'Take s3:DeleteBucket out of {written}.',
    },
  },
  check: (context) => excessHits(context, 'bucket-deletion'),
});
