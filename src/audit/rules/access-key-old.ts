import { userGuide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { cis, hub } from '../facts/controls.ts';
import { dayOf, daysBetween, ROTATION_DAYS } from '../facts/time.ts';
import { blindTo } from '../facts/words.ts';

export const accessKeyOld = defineRule({
  id: 'access-key-old',
  question: 'hygiene',
  severity: 'warning',
  title: `Access keys are at most ${ROTATION_DAYS} days old`,
  why: 'The secret of an access key is valid until somebody deletes it, wherever a copy of it lies by then. Whoever replaces it every 90 days ends the use of copies that nobody knows of.',
  docs: userGuide('id-credentials-access-keys-update.html'),
  controls: [...cis('1.14', '1.13'), hub('IAM.3')],
  messages: {
    old: {
      message: `Access key {id} is {days} days old (made {day}); after ${ROTATION_DAYS} days it should be replaced.`,
      fix: 'Replace it without an outage by `channelmix-s3 rotate`, or make a second key, give it to ChannelMix, then deactivate and delete this one. A role needs no such key.',
    },
  },
  *check({ documents: { principal }, now }) {
    yield* blindTo(principal.accessKeys);
    if (principal.accessKeys.state !== 'read') return;
    for (const { id, active, created } of principal.accessKeys.value) {
      const days = daysBetween(created, now);
      if (!active || !(days > ROTATION_DAYS)) continue;
      yield { message: 'old', about: principal.arn, key: id, data: { id, days, day: dayOf(created) } };
    }
  },
});
