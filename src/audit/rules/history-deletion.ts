import { s3Guide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { excessHits } from '../facts/excess-groups.ts';

export const historyDeletion = defineRule({
  id: 'history-deletion',
  question: 'excess',
  severity: 'security',
  title: 'ChannelMix cannot delete what versions and locks keep',
  why: 'Versions, retention and lifecycle rules are what brings files back after a mistake or an attack. Who can delete old versions, turn versioning off, end a retention or set a rule that expires everything can destroy the data for good.',
  docs: s3Guide('Versioning.html'),
  messages: {
    more: {
      message: '{name} can end what keeps old versions of {where}: {actions}.',
      fix: 'Take these actions out of {written}: s3:DeleteObject, which only hides a file of a versioned bucket, is all that ChannelMix needs.',
    },
  },
  check: (context) => excessHits(context, 'history'),
});
