import { s3Guide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { blindToExcess, excessOf } from '../facts/excess-groups.ts';
import { listed } from '../facts/words.ts';

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
      fix: 'Take s3:DeleteBucket out of the policies of {name}.',
    },
  },
  *check(context) {
    yield* blindToExcess(context);
    const { name } = context.documents.principal;
    for (const { actions, where, ...rest } of excessOf(context, 'bucket-deletion')) {
      yield { message: 'more', data: { name, where, count: actions.length, actions: listed(actions) }, ...rest };
    }
  },
});
