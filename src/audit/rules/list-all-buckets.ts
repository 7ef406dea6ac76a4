import { s3Guide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { excessHits } from '../facts/excess-groups.ts';

export const listAllBuckets = defineRule({
  id: 'list-all-buckets',
  question: 'excess',
  severity: 'suggestion',
  title: 'ChannelMix does not see the names of all buckets',
  why: 'Names of buckets tell of customers, projects and other accounts. ChannelMix is told the bucket that it is to use.',
  docs: s3Guide('using-with-s3-policy-actions.html'),
  messages: {
    more: {
      message: '{name} can list the names of all buckets ({actions}).',
      fix: 'Take s3:ListAllMyBuckets out of {written}.',
    },
  },
  check: (context) => excessHits(context, 'list-buckets'),
});
