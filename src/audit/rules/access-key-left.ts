import { userGuide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { dayOf } from '../facts/time.ts';
import { blindTo } from '../facts/words.ts';

export const accessKeyLeft = defineRule({
  id: 'access-key-left',
  question: 'hygiene',
  severity: 'suggestion',
  title: 'Keys that were put out of use are deleted',
  why: 'An inactive key can be made active again by one call, and takes one of the two places that a user has for keys, so that the next replacement cannot begin. Where no other key is active, access-key-inactive tells it.',
  docs: userGuide('id-credentials-access-keys-update.html'),
  messages: {
    left: {
      message: 'Access key {id} (made {day}) is inactive and still there.',
      fix: 'Delete it: aws iam delete-access-key --user-name {name} --access-key-id {id}',
    },
  },
  *check({ documents: { principal } }) {
    yield* blindTo(principal.accessKeys);
    if (principal.accessKeys.state !== 'read' || !principal.accessKeys.value.some(({ active }) => active)) return;
    for (const { id, active, created } of principal.accessKeys.value) {
      if (active) continue;
      const data = { id, day: dayOf(created), name: principal.name };
      yield { message: 'left', about: principal.arn, key: id, data };
    }
  },
});
