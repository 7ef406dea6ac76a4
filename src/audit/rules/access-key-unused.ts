import { userGuide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { cis, hub } from '../facts/controls.ts';
import { dayOf, daysBetween } from '../facts/time.ts';
import { blindTo } from '../facts/words.ts';

const MOST_DAYS = 45;

export const accessKeyUnused = defineRule({
  id: 'access-key-unused',
  question: 'hygiene',
  severity: 'warning',
  title: `Active access keys are used within ${MOST_DAYS} days`,
  why: 'A key that nobody uses is missed by nobody when it leaks. AWS notes the last use of each key since April 2015.',
  docs: userGuide('id_credentials_finding-unused.html'),
  controls: [...cis('1.12', '1.11'), hub('IAM.22')],
  messages: {
    unused: {
      message: 'Access key {id} is active and was last used {days} days ago ({day}).',
      fix: 'Deactivate it (IAM console: Security credentials > Access keys > Deactivate), see for some days whether anybody misses it, then delete it.',
    },
    never: {
      message: 'Access key {id} is active and was never used since it was made {days} days ago ({day}).',
      fix: 'Delete it, unless ChannelMix is to begin with it these days: then deactivate it until then.',
    },
  },
  *check({ documents: { principal }, now }) {
    yield* blindTo(principal.accessKeys);
    if (principal.accessKeys.state !== 'read') return;
    for (const { id, active, created, lastUsed } of principal.accessKeys.value) {
      if (!active) continue;
      yield* blindTo(lastUsed);
      if (lastUsed.state === 'unreadable') continue;
      const since = lastUsed.state === 'read' ? lastUsed.value : created;
      const days = daysBetween(since, now);
      if (!(days > MOST_DAYS)) continue;
      const message = lastUsed.state === 'read' ? 'unused' : 'never';
      yield { message, about: principal.arn, key: id, data: { id, days, day: dayOf(since) } };
    }
  },
});
