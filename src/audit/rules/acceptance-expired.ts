import { MAX_ACCEPTED_DAYS } from '../../model/audit.ts';
import { acceptedText, isFor, stateOf } from '../acceptance.ts';
import { defineRule } from '../define-rule.ts';

export const acceptanceExpired = defineRule({
  id: 'acceptance-expired',
  question: 'documents',
  severity: 'warning',
  title: 'What was accepted is looked at again in time',
  why: `A finding is accepted until a day, by somebody, for a reason. After that day it counts again, so that no exception lasts because everybody forgot it. An acceptance for more than ${MAX_ACCEPTED_DAYS} days from the day of the audit does not count either.`,
  docs: 'https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/sec_permissions_continuous_reduction.html',
  messages: {
    expired: {
      message: 'The acceptance of {what} expired on {expires}: the finding counts again. Accepted by {owner}: {reason}',
      fix: 'Ask {owner}: mend the finding, or accept it anew with a later day under "expires".',
    },
    tooLong: {
      message: `The acceptance of {what} holds until {expires}, which is more than ${MAX_ACCEPTED_DAYS} days from now: it does not count. Accepted by {owner}: {reason}`,
      fix: 'Put an earlier day under "expires", at most a year from now.',
    },
  },
  last: true,
  *check({ documents: { principal }, accepted, soFar, now }) {
    const { findings } = soFar();
    for (const acceptance of accepted) {
      const state = stateOf(acceptance, now);
      if (state === 'holds' || !findings.some((finding) => isFor(acceptance, finding))) continue;
      const { owner, reason, expires, place } = acceptance;
      const what = acceptedText(acceptance);
      yield {
        message: state === 'expired' ? 'expired' : 'tooLong',
        about: principal.arn,
        key: what,
        data: { what, owner, reason, expires },
        ...(place === undefined ? {} : { place }),
      };
    }
  },
});
