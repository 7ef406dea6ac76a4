import { s3Guide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { blindToExcess, excessOf } from '../facts/excess-groups.ts';
import { listed } from '../facts/words.ts';

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
      fix: 'Take these actions out of the policies of {name}.',
    },
  },
  *check(context) {
    yield* blindToExcess(context);
    const { name } = context.documents.principal;
    for (const { actions, where, ...rest } of excessOf(context, 'copies')) {
      yield { message: 'more', data: { name, where, count: actions.length, actions: listed(actions) }, ...rest };
    }
  },
});
