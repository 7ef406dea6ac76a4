import { userGuide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { ageOf } from '../facts/age.ts';
import { dayOf, daysBetween, TRACKED_DAYS, UNUSED_DAYS } from '../facts/time.ts';
import { blindTo } from '../facts/words.ts';

export const roleUnused = defineRule({
  id: 'role-unused',
  question: 'unused',
  severity: 'warning',
  title: `The role was used in the last ${UNUSED_DAYS} days`,
  why: `A role that nobody uses is a way in that nobody watches. IAM remembers the last use for ${TRACKED_DAYS} days: of an older role without one is only known that it was not used in that time.`,
  docs: userGuide('id_roles_manage_delete.html'),
  messages: {
    unused: {
      message: 'Role {name} was last used {days} days ago ({day}).',
      fix: 'Ask whether the connection to ChannelMix is still wanted; if not, take it away there and delete the role. `channelmix-s3 verify --expect revoked` shows that it is closed.',
    },
    never: {
      message: 'Role {name} was never used since it was made {days} days ago ({day}).',
      fix: 'Finish the connection in ChannelMix, or delete the role.',
    },
    longAgo: {
      message: `Role {name} was not used in the last ${TRACKED_DAYS} days, which is as far as IAM remembers.`,
      fix: 'Delete the role, unless somebody can say what it waits for.',
    },
  },
  *check({ documents: { principal }, now }) {
    const { kind, name, arn, created, lastUsed } = principal;
    if (kind !== 'role') return;
    yield* blindTo(lastUsed);
    if (lastUsed.state === 'unreadable') return;
    if (lastUsed.state === 'read') {
      const days = daysBetween(lastUsed.value, now);
      if (!(days > UNUSED_DAYS)) return;
      yield { message: 'unused', about: arn, key: 'unused', data: { name, days, day: dayOf(lastUsed.value) } };
      return;
    }
    const days = ageOf(principal, now);
    if (typeof days === 'object') yield days;
    if (typeof days === 'object' || !(days > UNUSED_DAYS)) return;
    const message = days > TRACKED_DAYS ? 'longAgo' : 'never';
    yield { message, about: arn, key: 'unused', data: { name, days, day: dayOf(created ?? '') } };
  },
});
