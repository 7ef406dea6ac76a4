import { s3Guide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { excessHits } from '../facts/excess-groups.ts';

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
      fix: 'Take these actions out of {written}, or replace a wildcard such as s3:Put* by the actions that are meant.',
    },
  },
  check: (context) => excessHits(context, 'write'),
});
