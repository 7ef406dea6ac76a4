import { s3Guide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { excessHits } from '../facts/excess-groups.ts';

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
      fix: 'Take these actions out of {written}, or replace a wildcard such as s3:Get* by the actions that are meant.',
    },
  },
  check: (context) => excessHits(context, 'read'),
});
