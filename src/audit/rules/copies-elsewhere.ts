import { s3Guide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { excessHits } from '../facts/excess-groups.ts';

export const copiesElsewhere = defineRule({
  id: 'copies-elsewhere',
  question: 'excess',
  severity: 'security',
  title: 'ChannelMix cannot send the data elsewhere',
  why: 'Replication, inventories, logs and notifications copy the data, or the list of it, to another bucket or account from then on, without a further call that anybody would notice.',
  docs: s3Guide('replication.html'),
  messages: {
    more: {
      message: '{name} can have S3 send data elsewhere, from {where}: {actions}.',
      fix: 'Take these actions out of {written}.',
    },
  },
  check: (context) => excessHits(context, 'copies'),
});
