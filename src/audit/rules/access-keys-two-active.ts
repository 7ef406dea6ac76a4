import { userGuide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { cis } from '../facts/controls.ts';
import { blindTo } from '../facts/words.ts';

export const accessKeysTwoActive = defineRule({
  id: 'access-keys-two-active',
  question: 'hygiene',
  severity: 'warning',
  title: 'A user has one active access key',
  why: 'A second active key is there for the hours of a replacement. Left for longer, it doubles what can leak, and nobody knows which of the two is in use.',
  docs: userGuide('id-credentials-access-keys-update.html'),
  controls: cis('1.13', '1.12'),
  messages: {
    two: {
      message: 'User {name} has {count} active access keys: {ids}.',
      fix: 'See which one ChannelMix uses (IAM console: Last used), deactivate the other, and delete it when nobody misses it; `channelmix-s3 rotate` ends a replacement that was begun.',
    },
  },
  *check({ documents: { principal } }) {
    yield* blindTo(principal.accessKeys);
    if (principal.accessKeys.state !== 'read') return;
    const active = principal.accessKeys.value.filter((key) => key.active).map(({ id }) => id);
    if (active.length < 2) return;
    const data = { name: principal.name, count: active.length, ids: active.join(', ') };
    yield { message: 'two', about: principal.arn, key: 'two', data };
  },
});
