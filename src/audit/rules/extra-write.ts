import { s3Guide } from '../../lint/facts/pages.ts';
import { plural } from '../../report/reporter.ts';
import { defineRule } from '../define-rule.ts';
import { blindToExcess, excessOf } from '../facts/excess-groups.ts';
import { listed } from '../facts/words.ts';

export const extraWrite = defineRule({
  id: 'extra-write',
  question: 'excess',
  severity: 'warning',
  title: 'ChannelMix changes no more of the bucket than it needs',
  why: 'Encryption, cross-origin access, websites, tags and the rest of a bucket’s set-up are for its owner to change: a mistake there breaks others who use the bucket, or what it costs.',
  docs: s3Guide('using-with-s3-policy-actions.html'),
  messages: {
    more: {
      message: '{name} can change what ChannelMix does not need to of {where}, {count} in all: {actions}.',
      fix: 'Take these actions out of the policies of {name}, or replace a wildcard such as s3:Put* by the actions that are meant.',
    },
  },
  *check(context) {
    yield* blindToExcess(context);
    const { name } = context.documents.principal;
    for (const { actions, where, ...rest } of excessOf(context, 'write')) {
      yield {
        message: 'more',
        data: { name, where, count: plural(actions.length, 'action'), actions: listed(actions) },
        ...rest,
      };
    }
  },
});
