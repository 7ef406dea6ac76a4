import { s3Guide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { excessHits } from '../facts/excess-groups.ts';

export const permissionChange = defineRule({
  id: 'permission-change',
  question: 'excess',
  severity: 'security',
  title: 'ChannelMix cannot change who has access',
  why: 'Whoever can write the bucket policy, access control lists, access points or Block Public Access gives itself and others what was never granted, and can open the data to everybody. ChannelMix reads and writes files; it never changes permissions.',
  docs: s3Guide('access-management.html'),
  messages: {
    more: {
      message: '{name} can change who has access to what in {where}: {actions}.',
      fix: 'Take these actions out of {written}; ChannelMix needs none of them.',
    },
  },
  check: (context) => excessHits(context, 'permissions'),
});
