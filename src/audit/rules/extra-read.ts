import { s3Guide } from '../../lint/facts/pages.ts';
import { plural } from '../../report/reporter.ts';
import { defineRule } from '../define-rule.ts';
import { blindToExcess, excessOf } from '../facts/excess-groups.ts';
import { listed } from '../facts/words.ts';

export const extraRead = defineRule({
  id: 'extra-read',
  question: 'excess',
  severity: 'suggestion',
  title: 'ChannelMix reads no more of the bucket than it needs',
  why: 'Settings of a bucket (its policy, logs, encryption) and old versions of files tell more than the files that ChannelMix was given.',
  docs: s3Guide('using-with-s3-policy-actions.html'),
  messages: {
    more: {
      message: '{name} can read what ChannelMix does not need of {where}, {count} in all: {actions}.',
      fix: 'Take these actions out of the policies of {name}, or replace a wildcard such as s3:Get* by the actions that are meant.',
    },
  },
  *check(context) {
    yield* blindToExcess(context);
    const { name } = context.documents.principal;
    for (const { actions, where, ...rest } of excessOf(context, 'read')) {
      yield {
        message: 'more',
        data: { name, where, count: plural(actions.length, 'action'), actions: listed(actions) },
        ...rest,
      };
    }
  },
});
